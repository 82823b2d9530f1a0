#include "net/detail/client_core.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <new>
#include <utility>

#include "net/broken_pipe.h"
#include "net/detail/url.h"
#include "net/open_files.h"

namespace sosia::net::detail {
namespace {

// curl's process-wide set-up, done before the first handle exists.
void initialise_curl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    ignore_broken_pipes();
    raise_open_file_limit();
    if (code != CURLE_OK) {
        throw std::bad_alloc();
    }
}

CURLSH* make_share() {
    initialise_curl();
    CURLSH* share = curl_share_init();
    if (share == nullptr) {
        throw std::bad_alloc();
    }
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return share;
}

void free_share(CURLSH* share) {
    curl_share_cleanup(share);
}

curl_socket_t open_socket(void* table, curlsocktype, curl_sockaddr* address) {
    return static_cast<SocketTable*>(table)->open(*address);
}

int close_socket(void* table, curl_socket_t socket) {
    static_cast<SocketTable*>(table)->close(socket);
    return 0;
}

HttpError cancelled() {
    return {HttpErrorKind::cancelled, "The exchange was cancelled."};
}

}  // namespace

ClientCore::ClientCore(boost::asio::any_io_executor executor, HttpClient::Options options)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      share_(make_share(), &free_share),
      sockets_(executor_, [](CurlPool& pool, curl_socket_t socket, int events) { pool.socket_ready(socket, events); }) {
}

ClientCore::~ClientCore() {
    shutdown();
}

void ClientCore::start(HttpRequest request, ChunkSink sink, Transfer::Completion completion,
                       boost::asio::cancellation_slot slot) {
    std::unique_ptr<Transfer> transfer = idle_transfer();
    transfer->serial = ++last_serial_;
    transfer->completion = std::move(completion);
    auto error = transfer->prepare(std::move(request), std::move(sink));
    if (error) {
        complete(std::move(transfer), std::unexpected(std::move(*error)));
        return;
    }
    watch_for_cancellation(*transfer, slot);
    admit(std::move(transfer));
}

std::unique_ptr<Transfer> ClientCore::idle_transfer() {
    if (!idle_.empty()) {
        std::unique_ptr<Transfer> transfer = std::move(idle_.back());
        idle_.pop_back();
        return transfer;
    }
    auto transfer = std::make_unique<Transfer>();
    CURL* easy = transfer->easy();
    set(easy, CURLOPT_SHARE, share_.get());
    set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    if (!options_.authorities.empty()) {
        set(easy, CURLOPT_CAINFO, options_.authorities.c_str());
    }
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, &sockets_);
    set(easy, CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
    set(easy, CURLOPT_CLOSESOCKETDATA, &sockets_);
    return transfer;
}

void ClientCore::watch_for_cancellation(Transfer& transfer, boost::asio::cancellation_slot slot) {
    if (slot.is_connected()) {
        slot.assign([core = weak_from_this(), &transfer, serial = transfer.serial](boost::asio::cancellation_type) {
            if (const auto self = core.lock()) {
                self->cancel(transfer, serial);
            }
        });
    }
}

void ClientCore::admit(std::unique_ptr<Transfer> transfer) {
    const std::string_view host = authority_of(transfer->url());
    if (needs_no_resolver(host)) {
        run(std::move(transfer));
        return;
    }
    auto at = gates_.find(host);
    if (at == gates_.end()) {
        at = gates_.emplace(std::string(host), Gate{}).first;
    }
    Gate& gate = at->second;
    if (!gate.open && gate.leader != nullptr) {
        transfer->gate = at->first;
        gate.waiting.push_back(std::move(transfer));
        return;
    }
    if (!gate.open) {
        gate.leader = transfer.get();
        transfer->gate = at->first;
        set(transfer->easy(), CURLOPT_PREREQFUNCTION, &ClientCore::on_connected);
        set(transfer->easy(), CURLOPT_PREREQDATA, transfer.get());
        transfer->core = this;
    }
    run(std::move(transfer));
}

int ClientCore::on_connected(void* transfer, char*, char*, int, int) {
    auto* leader = static_cast<Transfer*>(transfer);
    ClientCore* core = leader->core;
    // Not from inside curl: the waiting exchanges start on the next round.
    boost::asio::post(core->executor_, [weak = core->weak_from_this(), host = leader->gate] {
        if (const auto self = weak.lock()) {
            self->open_gate(host);
        }
    });
    return CURL_PREREQFUNC_OK;
}

void ClientCore::open_gate(const std::string& host) {
    Gate& gate = gates_[host];
    gate.open = true;
    auto waiting = std::exchange(gate.waiting, {});
    for (std::unique_ptr<Transfer>& transfer : waiting) {
        run(std::move(transfer));
    }
}

void ClientCore::leader_failed(Gate& gate, const HttpError& error) {
    gate.leader = nullptr;
    auto waiting = std::exchange(gate.waiting, {});
    const bool all_fail = error.kind == HttpErrorKind::resolve || error.kind == HttpErrorKind::timeout;
    for (std::unique_ptr<Transfer>& transfer : waiting) {
        if (all_fail) {
            complete(std::move(transfer), std::unexpected(error));
        } else {
            admit(std::move(transfer));
        }
    }
}

CurlPool& ClientCore::free_pool() {
    const auto free =
        std::ranges::find_if(pools_, [&](const auto& pool) { return pool->running() < options_.connections_per_pool; });
    if (free != pools_.end()) {
        return **free;
    }
    pools_.push_back(std::make_unique<CurlPool>(
        executor_, sockets_,
        [this](std::unique_ptr<Transfer> transfer, CURLcode code) { finished(std::move(transfer), code); },
        2 * options_.connections_per_pool));
    return *pools_.back();
}

void ClientCore::run(std::unique_ptr<Transfer> transfer) {
    free_pool().start(std::move(transfer));
}

void ClientCore::finished(std::unique_ptr<Transfer> transfer, CURLcode code) {
    HttpResult result = transfer->take_result(code);
    complete(std::move(transfer), std::move(result));
}

void ClientCore::complete(std::unique_ptr<Transfer> transfer, HttpResult result) {
    transfer->serial = 0;
    if (const std::string host = std::exchange(transfer->gate, {}); !host.empty()) {
        set(transfer->easy(), CURLOPT_PREREQFUNCTION, static_cast<curl_prereq_callback>(nullptr));
        Gate& gate = gates_[host];
        if (gate.leader == transfer.get()) {
            gate.leader = nullptr;
            if (!gate.open && !result) {
                leader_failed(gate, result.error());
            }
        }
    }
    Transfer::Completion completion = std::move(transfer->completion);
    idle_.push_back(std::move(transfer));
    boost::asio::post(executor_, [completion = std::move(completion), result = std::move(result)]() mutable {
        completion(std::move(result));
    });
}

void ClientCore::cancel(Transfer& transfer, std::uint64_t serial) {
    if (transfer.serial != serial) {
        return;
    }
    std::unique_ptr<Transfer> taken;
    if (transfer.pool != nullptr) {
        taken = transfer.pool->cancel(transfer);
    } else {
        auto& waiting = gates_[transfer.gate].waiting;
        const auto at = std::ranges::find(waiting, &transfer, [](const auto& pointer) { return pointer.get(); });
        if (at == waiting.end()) {
            return;
        }
        taken = std::move(*at);
        waiting.erase(at);
    }
    static_cast<void>(taken->take_result(CURLE_ABORTED_BY_CALLBACK));
    complete(std::move(taken), std::unexpected(cancelled()));
}

void ClientCore::cancel_all() {
    std::vector<std::pair<Transfer*, std::uint64_t>> all;
    for (auto& [host, gate] : gates_) {
        for (const auto& transfer : gate.waiting) {
            all.emplace_back(transfer.get(), transfer->serial);
        }
    }
    for (const auto& pool : pools_) {
        for (const auto& transfer : pool->transfers()) {
            all.emplace_back(transfer.get(), transfer->serial);
        }
    }
    for (const auto& [transfer, serial] : all) {
        cancel(*transfer, serial);
    }
}

void ClientCore::shutdown() {
    cancel_all();
    pools_.clear();
    idle_.clear();
    sockets_.clear();
}

std::size_t ClientCore::in_flight() const {
    std::size_t sum = 0;
    for (const auto& pool : pools_) {
        sum += pool->running();
    }
    for (const auto& [host, gate] : gates_) {
        sum += gate.waiting.size();
    }
    return sum;
}

}  // namespace sosia::net::detail
