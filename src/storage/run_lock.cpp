#include "storage/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sosia::storage {
namespace {

struct flock byte_range(std::int64_t key, short type) {
    struct flock range{};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_start = key;
    range.l_len = 1;
    return range;
}

}  // namespace

RunLocks::~RunLocks() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

Result<void> RunLocks::open_for_writing() {
    if (writable_) {
        return {};
    }
    // Closed on exec: an agent we start must not inherit the claim. Closing and opening loses no claim, there was none.
    const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
        return fail(ErrorKind::unavailable, fmt::format("cannot create {}: {}", path_, std::strerror(errno)),
                    "the store's folder must be writable");
    }
    if (file_ >= 0) {
        ::close(file_);
    }
    file_ = file;
    writable_ = true;
    return {};
}

Result<bool> RunLocks::claim(std::int64_t key) {
    const Result<void> opened = open_for_writing();
    if (!opened) {
        return std::unexpected(opened.error());
    }
    // Locks of the open file, not of the process: two stores in one process exclude each other too.
    struct flock range = byte_range(key, F_WRLCK);
    if (::fcntl(file_, F_OFD_SETLK, &range) == 0) {
        return true;
    }
    if (errno == EAGAIN || errno == EACCES) {
        return false;
    }
    return fail(ErrorKind::unavailable, fmt::format("cannot lock {}: {}", path_, std::strerror(errno)),
                "keep the store on a local disk");
}

Result<void> RunLocks::wait_for_setup() {
    const Result<void> opened = open_for_writing();
    if (!opened) {
        return opened;
    }
    struct flock range = byte_range(0, F_WRLCK);
    while (::fcntl(file_, F_OFD_SETLKW, &range) != 0) {
        if (errno != EINTR) {
            return fail(ErrorKind::unavailable, fmt::format("cannot lock {}: {}", path_, std::strerror(errno)),
                        "keep the store on a local disk");
        }
    }
    return {};
}

void RunLocks::release(std::int64_t key) {
    struct flock range = byte_range(key, F_UNLCK);
    ::fcntl(file_, F_OFD_SETLK, &range);
}

bool RunLocks::is_claimed(std::int64_t key) {
    if (file_ < 0) {
        file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    }
    struct flock range = byte_range(key, F_WRLCK);
    return file_ >= 0 && ::fcntl(file_, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

}  // namespace sosia::storage
