#include "storage/step_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "storage/sqlite_database.h"

namespace sosia::storage {
namespace {

// In front of each record: id and data follow.
struct Header {
    std::uint64_t hash = 0;  // of everything after it
    std::uint32_t id_bytes = 0;
    std::uint32_t data_bytes = 0;
    std::int32_t step = 0;
    std::uint32_t magic = 0;
};
constexpr std::uint32_t magic = 0x50455453;
constexpr std::size_t max_bytes = 1U << 30U;

// The record's bytes are in `record`, the header first.
std::uint64_t hash_of(std::string_view record) {
    return hash64(record.substr(sizeof(std::uint64_t)));
}

void append_record(std::string& out, const JournalEntry& entry) {
    const std::size_t begin = out.size();
    Header header{0, static_cast<std::uint32_t>(entry.conversation.size()),
                  static_cast<std::uint32_t>(entry.data.size()), entry.step, magic};
    out.resize(begin + sizeof header);
    std::memcpy(out.data() + begin, &header, sizeof header);
    out += entry.conversation;
    out += entry.data;
    header.hash = hash_of(std::string_view(out).substr(begin));
    std::memcpy(out.data() + begin, &header.hash, sizeof header.hash);
}

bool read_at(const OpenFile& file, std::int64_t offset, char* to, std::size_t bytes) {
    while (bytes > 0) {
        const ssize_t got = ::pread(file.number(), to, bytes, offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        to += got;
        offset += got;
        bytes -= static_cast<std::size_t>(got);
    }
    return true;
}

bool write_at(const OpenFile& file, std::int64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file.number(), bytes.data(), bytes.size(), offset);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        offset += put;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

// The record at `offset` into `record`; false at the end and at a record that is not whole. `left` bytes are there: a
// damaged length must not make us ask for memory.
bool read_record(const OpenFile& file, std::int64_t offset, std::int64_t left, std::string& record, Header& header) {
    char bytes[sizeof(Header)];
    if (!read_at(file, offset, bytes, sizeof bytes)) {
        return false;
    }
    std::memcpy(&header, bytes, sizeof header);
    const std::size_t size = sizeof bytes + std::size_t{header.id_bytes} + header.data_bytes;
    if (header.magic != magic || size > static_cast<std::size_t>(left)) {
        return false;
    }
    record.assign(bytes, sizeof bytes);
    record.resize(size);
    return read_at(file, offset + static_cast<std::int64_t>(sizeof bytes), record.data() + sizeof bytes,
                   record.size() - sizeof bytes) &&
           hash_of(record) == header.hash;
}

Result<std::int64_t> read_all(const OpenFile& file, const EachStep& each) {
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) {
        return fail(ErrorKind::unavailable, fmt::format("cannot read the journal: {}", std::strerror(errno)));
    }
    std::int64_t offset = 0;
    std::string record;
    Header header;
    while (offset < status.st_size && read_record(file, offset, status.st_size - offset, record, header)) {
        const std::string_view content = std::string_view(record).substr(sizeof header);
        each({std::string(content.substr(0, header.id_bytes)), header.step,
              std::string(content.substr(header.id_bytes))});
        offset += static_cast<std::int64_t>(record.size());
    }
    return offset;
}

}  // namespace

OpenFile::~OpenFile() {
    if (is_open()) {
        ::close(number_);
    }
}

Result<std::int64_t> read_steps(const std::string& path, const EachStep& each) {
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            return 0;
        }
        return fail(ErrorKind::unavailable, fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                    "check its permissions");
    }
    return read_all(file, each);
}

Result<StepFile> StepFile::open(std::string path, const EachStep& each) {
    OpenFile file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.is_open()) {
        return fail(ErrorKind::unavailable, fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                    "the store's folder must be writable");
    }
    const Result<std::int64_t> end = read_all(file, each);
    if (!end) {
        return std::unexpected(end.error());
    }
    return StepFile(std::move(path), std::move(file), *end);
}

Result<void> StepFile::append(const JournalEntry& entry) {
    if (entry.data.size() > max_bytes || entry.conversation.size() > max_bytes) {
        return fail(ErrorKind::limit, fmt::format("a step of conversation {} is larger than 1 GB", entry.conversation));
    }
    buffer_.clear();
    append_record(buffer_, entry);
    if (write_at(file_, end_, buffer_)) {
        end_ += static_cast<std::int64_t>(buffer_.size());
        return {};
    }
    const int reason = errno;
    // What was written of it must not be read. If that fails too, the hash of the record that was cut says so.
    [[maybe_unused]] const int ignored = ::ftruncate(file_.number(), end_);
    return std::unexpected(sqlite_error(SQLITE_IOERR, reason, std::strerror(reason), path_));
}

}  // namespace sosia::storage
