// What HttpClient hides: spreads exchanges over curl pools and keeps what they share.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/detail/curl_pool.h"
#include "net/detail/socket_table.h"
#include "net/detail/transfer.h"
#include "net/http_client.h"

namespace sosia::net::detail {

class ClientCore : public std::enable_shared_from_this<ClientCore> {
  public:
    ClientCore(boost::asio::any_io_executor executor, HttpClient::Options options);
    ~ClientCore();
    ClientCore(const ClientCore&) = delete;
    ClientCore& operator=(const ClientCore&) = delete;

    void start(HttpRequest request, ChunkSink sink, Transfer::Completion completion,
               boost::asio::cancellation_slot slot);
    void cancel(Transfer& transfer, std::uint64_t serial);
    void cancel_all();
    // Cancels and lets go of every connection.
    void shutdown();
    std::size_t in_flight() const;

  private:
    // curl resolves a name in a thread per exchange until one has an answer. So the first exchange with a host goes
    // alone up to its connection; the others wait for it and find the address in the shared cache.
    struct Gate {
        bool open = false;
        Transfer* leader = nullptr;
        std::deque<std::unique_ptr<Transfer>> waiting;
    };

    static int on_connected(void* transfer, char*, char*, int, int);
    std::unique_ptr<Transfer> idle_transfer();
    CurlPool& free_pool();
    void admit(std::unique_ptr<Transfer> transfer);
    void run(std::unique_ptr<Transfer> transfer);
    void finished(std::unique_ptr<Transfer> transfer, CURLcode code);
    void complete(std::unique_ptr<Transfer> transfer, HttpResult result);
    void open_gate(const std::string& host);
    void leader_failed(Gate& gate, const HttpError& error);
    void watch_for_cancellation(Transfer& transfer, boost::asio::cancellation_slot slot);

    boost::asio::any_io_executor executor_;
    HttpClient::Options options_;
    std::unique_ptr<CURLSH, void (*)(CURLSH*)> share_;
    SocketTable sockets_;
    std::map<std::string, Gate, std::less<>> gates_;
    std::vector<std::unique_ptr<Transfer>> idle_;
    std::vector<std::unique_ptr<CurlPool>> pools_;
    std::uint64_t last_serial_ = 0;
};

}  // namespace sosia::net::detail
