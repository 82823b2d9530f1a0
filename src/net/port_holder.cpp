#include "net/port_holder.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>

#include "base/text.h"

namespace sosia::net {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view listening = "0A";
constexpr std::size_t longest_command = 80;

std::optional<std::uint16_t> port_of(std::string_view address) {  // "0100007F:1F90"
    std::uint16_t port = 0;
    const std::string_view digits = address.substr(std::min(address.rfind(':') + 1, address.size()));
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port, 16);
    return error == std::errc{} ? std::optional(port) : std::nullopt;
}

// The names that descriptors of such sockets have: "socket:[81234]".
void add_listening_sockets(const char* table, std::uint16_t port, std::set<std::string>& out) {
    std::ifstream file(table);
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
        words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
        if (state == listening && port_of(local) == port) {
            out.insert("socket:[" + inode + "]");
        }
    }
}

bool holds(const fs::path& process, const std::set<std::string>& sockets) {
    std::error_code error;
    for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end; entry.increment(error)) {
        std::error_code unreadable;
        if (sockets.contains(fs::read_symlink(entry->path(), unreadable).string())) {
            return true;
        }
    }
    return false;
}

std::string description(const fs::path& process) {
    std::ifstream file(process / "cmdline", std::ios::binary);
    std::string command((std::istreambuf_iterator<char>(file)), {});
    std::ranges::replace(command, '\0', ' ');
    while (command.ends_with(' ')) {
        command.pop_back();
    }
    const std::string id = "process " + process.filename().string();
    return command.empty() ? id : shorten(to_valid_utf8(command), longest_command) + " (" + id + ")";
}

}  // namespace

std::string port_holder(std::uint16_t port) {
    std::set<std::string> sockets;
    add_listening_sockets("/proc/net/tcp", port, sockets);
    add_listening_sockets("/proc/net/tcp6", port, sockets);
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !sockets.empty() && !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos && holds(entry->path(), sockets)) {
            return description(entry->path());
        }
    }
    return {};
}

}  // namespace sosia::net
