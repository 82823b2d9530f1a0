// An agent that answers every POST after a fixed delay with a body of a given size; below /v1 it is a provider of
// models that speaks OpenAI's chat completions: it words a user's move as drafted, rates well, and else talks like the
// agent. One thread; prints its port.
//
// It shares the machine with what is measured, so it does little: one epoll loop, requests told apart by their
// Content-Length, answers written in one piece. Delays are all equal, so those who wait stand in a plain queue.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

using Clock = std::chrono::steady_clock;

struct Behaviour {
    std::chrono::milliseconds delay{0};
    std::size_t body_bytes = 4096;
    std::FILE* record = nullptr;  // where bodies are written, one a line
};

std::string http_answer(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

// Short text, as agents write; the rest of the body is what tools returned. The text differs from turn to turn.
std::string answer(std::size_t turn, std::size_t bytes) {
    std::string body = "{\"message\":\"Thank you, I have noted that. Could you tell me a little more about point " +
                       std::to_string(turn) +
                       "?\",\"tools\":[{\"name\":\"lookup\",\"arguments\":{},\"result\":{\"text\":\"";
    const std::string end = "\"}}]}";
    body.append(bytes > body.size() + end.size() ? bytes - body.size() - end.size() : 0, 'x');
    body += end;
    return http_answer(body);
}

std::string completion(std::string_view content) {  // which is inside a JSON string already
    std::string body =
        R"({"id":"c1","object":"chat.completion","created":1,"model":"mock","choices":[{"index":0,"message":{"role":"assistant","content":")";
    body += content;
    body += R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":30,"total_tokens":930}})";
    return http_answer(body);
}

// The draft of the move, escaped as it stands in the request: the answer wants it escaped the same way.
std::string_view draft_in(std::string_view body) {
    constexpr std::string_view mark = R"(\"draft\":\")";
    const std::size_t at = body.rfind(mark);
    const std::size_t begin = at == std::string_view::npos ? body.size() : at + mark.size();
    for (std::size_t i = begin; i + 1 < body.size(); ++i) {
        if (body[i] == '\\' && body[i + 1] == '"') {
            return body.substr(begin, i - begin);
        }
        if (body[i] == '\\') {  // an escaped backslash hides what comes next, itself perhaps escaped
            i += body[i + 1] == '\\' && i + 2 < body.size() && body[i + 2] == '\\' ? 3 : 2;
        }
    }
    return {};
}

std::string provider_answer(std::string_view body, std::size_t turn) {
    if (body.contains("<move>")) {
        return completion(R"({\"text\":\")" + std::string(draft_in(body)) + R"(\"})");
    }
    if (body.contains("<transcript>")) {
        return completion(
            R"({\"criteria\":[{\"criterion\":\"task-completion\",\"evidence\":[{\"turn\":2,\"quote\":\"I have noted that\"}],)"
            R"(\"reason\":\"it answers\",\"level\":5,\"first_bad_turn\":0}]})");
    }
    return completion("Thank you, I have noted that. Could you tell me a little more about point " +
                      std::to_string(turn) + "?");
}

std::size_t turns_in(std::string_view body) {
    constexpr std::string_view mark = "\"role\":\"user\"";
    std::size_t turns = 0;
    for (std::size_t at = body.find(mark); at != std::string_view::npos; at = body.find(mark, at + mark.size())) {
        ++turns;
    }
    return turns;
}

// The bytes of the first whole request in `text`, 0 while it is not whole; its body goes to `body`.
std::size_t whole_request(std::string_view text, std::string_view& body) {
    constexpr std::string_view length_name = "ontent-";  // of Content-Length and content-length
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return 0;
    }
    std::size_t length = 0;
    for (std::size_t at = text.find(length_name); at < end; at = text.find(length_name, at + 1)) {
        const std::string_view rest = text.substr(at + length_name.size(), end - at - length_name.size());
        if ((rest[0] == 'L' || rest[0] == 'l') && rest.starts_with(rest[0] == 'L' ? "Length: " : "length: ")) {
            std::from_chars(rest.data() + 8, rest.data() + rest.size(), length);
        }
    }
    const std::size_t whole = end + 4 + length;
    if (text.size() < whole) {
        return 0;
    }
    body = text.substr(end + 4, length);
    return whole;
}

class MockAgent {
  public:
    explicit MockAgent(Behaviour behaviour)
        : behaviour_(behaviour),
          poll_(::epoll_create1(EPOLL_CLOEXEC)),
          listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        if (poll_ < 0 || listener_ < 0 || ::bind(listener_, plain, size) != 0 || ::listen(listener_, 8192) != 0 ||
            ::getsockname(listener_, plain, &size) != 0) {
            std::perror("mock_agent");
            std::exit(1);
        }
        watch(listener_);
        std::printf("%u\n", static_cast<unsigned>(ntohs(address.sin_port)));
        std::fflush(stdout);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 64> events{};
        while (true) {
            const timespec wait = until_due();
            const int count = ::epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()),
                                             due_.empty() ? nullptr : &wait, nullptr);
            for (int i = 0; i < count; ++i) {
                const int socket = events[static_cast<std::size_t>(i)].data.fd;
                socket == listener_ ? accept_all() : read(socket);
            }
            answer_due();
        }
    }

  private:
    struct Connection {
        std::string unread;
        std::uint64_t number = 0;  // a descriptor is used again, a number is not
    };
    struct Due {
        Clock::time_point at;
        int socket = 0;
        std::uint64_t number = 0;
        std::size_t turn = 0;
        std::string answer;  // of the provider; empty: the agent's
    };

    timespec until_due() const {
        const auto left =
            due_.empty() ? Clock::duration{} : std::max(Clock::duration{}, due_.front().at - Clock::now());
        const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
        return {ns / 1'000'000'000, ns % 1'000'000'000};
    }

    void watch(int socket) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
    }

    void accept_all() {
        for (int socket = 0; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            connections_[socket].number = ++numbers_;
            watch(socket);
        }
    }

    void read(int socket) {
        const auto found = connections_.find(socket);
        if (found == connections_.end()) {
            return;
        }
        std::string& unread = found->second.unread;
        const ssize_t got = ::recv(socket, buffer_.data(), buffer_.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            ::close(socket);
            connections_.erase(found);
            return;
        }
        unread.append(buffer_.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        std::string_view body;
        if (const std::size_t whole = whole_request(unread, body); whole > 0) {
            const std::size_t turn = turns_in(body);
            if (behaviour_.record != nullptr) {
                std::fprintf(behaviour_.record, "%.*s\n", static_cast<int>(body.size()), body.data());
                std::fflush(behaviour_.record);
            }
            due_.push_back({Clock::now() + behaviour_.delay, socket, found->second.number, turn,
                            unread.starts_with("POST /v1/") ? provider_answer(body, turn) : std::string()});
            unread.erase(0, whole);
        }
    }

    void answer_due() {
        const Clock::time_point now = Clock::now();
        while (!due_.empty() && due_.front().at <= now) {
            const Due due = std::move(due_.front());
            due_.pop_front();
            const auto found = connections_.find(due.socket);
            if (found != connections_.end() && found->second.number == due.number) {
                send(due.socket, due.answer.empty() ? answer(due.turn, behaviour_.body_bytes) : due.answer);
            }
        }
    }

    // Answers are far smaller than a socket's buffer, and the next is sent only when this one was read.
    static void send(int socket, const std::string& text) {
        if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
            ::shutdown(socket, SHUT_RDWR);
        }
    }

    Behaviour behaviour_;
    int poll_;
    int listener_;
    std::uint64_t numbers_ = 0;
    std::array<char, 64 << 10> buffer_{};
    std::unordered_map<int, Connection> connections_;
    std::deque<Due> due_;
};

}  // namespace

int main(int argc, char** argv) {
    Behaviour behaviour;
    if (argc > 1) {
        behaviour.delay = std::chrono::milliseconds(std::atoi(argv[1]));
    }
    if (argc > 2) {
        behaviour.body_bytes = static_cast<std::size_t>(std::atoi(argv[2]));
    }
    if (argc > 3 && (behaviour.record = std::fopen(argv[3], "w")) == nullptr) {
        std::perror(argv[3]);
        return 1;
    }
    MockAgent(behaviour).run();
}
