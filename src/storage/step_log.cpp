#include "storage/step_log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

namespace sosia::storage {
namespace {

std::string path_of(const std::string& first, std::uint64_t number) {
    return number == 0 ? first : fmt::format("{}.{}", first, number);
}

std::optional<std::uint64_t> number_of(std::string_view name, std::string_view first) {
    if (name == first) {
        return 0;
    }
    if (!name.starts_with(first) || name.size() < first.size() + 2 || name[first.size()] != '.') {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    const char* const end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + first.size() + 1, end, number);
    return error == std::errc{} && stop == end && number > 0 ? std::optional(number) : std::nullopt;
}

std::map<std::uint64_t, std::string> numbered_files(const std::string& first) {
    const std::filesystem::path path(first);
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const std::string name = path.filename().string();
    std::map<std::uint64_t, std::string> found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), none; !error && entry != none;
         entry.increment(error)) {
        if (const auto number = number_of(entry->path().filename().string(), name)) {
            found.emplace(*number, path_of(first, *number));
        }
    }
    return found;
}

}  // namespace

std::string step_file_name(const std::string& store_file, std::int64_t run_key) {
    return fmt::format("{}.steps-{}", store_file, run_key);
}

std::vector<std::string> step_files(const std::string& first) {
    std::vector<std::string> paths;
    for (auto& [number, path] : numbered_files(first)) {
        paths.push_back(path);
    }
    return paths;
}

Result<void> read_step_log(const std::string& first, const EachStep& each) {
    for (const std::string& path : step_files(first)) {
        const Result<std::int64_t> end = read_steps(path, each);
        if (!end) {
            return std::unexpected(end.error());
        }
    }
    return {};
}

Result<std::unique_ptr<StepLog>> StepLog::open(const std::string& first, std::int64_t file_bytes,
                                               const std::function<bool(const std::string&)>& is_finished) {
    std::unique_ptr<StepLog> log(new StepLog(first, file_bytes));
    const std::map<std::uint64_t, std::string> there = numbered_files(first);
    log->newest_ = there.empty() ? 0 : there.rbegin()->first;
    std::unordered_map<std::string, bool> known;
    for (const auto& [number, path] : there) {
        const auto each = [&](const JournalEntry& entry) {
            const auto [found, is_new] = known.try_emplace(entry.conversation, false);
            if (is_new) {
                found->second = is_finished(entry.conversation);
            }
            if (!found->second) {
                log->note(entry.conversation, number);
            }
        };
        log->files_[number].path = path;
        Result<void> read;
        if (number == log->newest_) {
            read = log->open_newest(each);
        } else if (const Result<std::int64_t> end = read_steps(path, each); !end) {
            read = std::unexpected(end.error());
        }
        if (!read) {
            return std::unexpected(read.error());
        }
        log->drop_if_empty(number);
    }
    return log;
}

Result<void> StepLog::open_newest(const EachStep& each) {
    Result<StepFile> file = StepFile::open(path_of(first_, newest_), each);
    if (!file) {
        return std::unexpected(file.error());
    }
    files_[newest_].path = file->path();
    file_ = *std::move(file);
    return {};
}

Result<void> StepLog::append(const JournalEntry& entry) {
    if (file_ && file_->bytes() >= file_bytes_) {
        file_.reset();
        const std::uint64_t full = newest_++;
        drop_if_empty(full);
    }
    if (!file_) {
        const Result<void> opened = open_newest([](const JournalEntry&) {});
        if (!opened) {
            return opened;
        }
    }
    Result<void> written = file_->append(entry);
    if (written) {
        note(entry.conversation, newest_);
    }
    return written;
}

void StepLog::note(const std::string& conversation, std::uint64_t file) {
    std::vector<std::uint64_t>& files = open_[conversation];
    if (files.empty() || files.back() != file) {
        files.push_back(file);
        ++files_[file].conversations;
    }
}

void StepLog::forget(const std::string& conversation) {
    const auto found = open_.find(conversation);
    if (found == open_.end()) {
        return;
    }
    const std::vector<std::uint64_t> files = std::move(found->second);
    open_.erase(found);
    for (const std::uint64_t file : files) {
        --files_[file].conversations;
        drop_if_empty(file);
    }
}

// Steps of a finished conversation in a file that stays do no harm: nobody asks for them.
void StepLog::drop_if_empty(std::uint64_t file) {
    const auto found = files_.find(file);
    if (found != files_.end() && found->second.conversations == 0 && file != newest_) {
        ::unlink(found->second.path.c_str());
        files_.erase(found);
    }
}

StepLog::~StepLog() {
    if (open_.empty()) {
        for (const auto& [number, file] : files_) {
            ::unlink(file.path.c_str());
        }
    }
}

}  // namespace sosia::storage
