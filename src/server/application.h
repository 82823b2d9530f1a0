// What `sosia serve` answers: the page, the runs of a store, one run's report and conversations, and changes as
// server-sent events. Reads only.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "server/guard.h"
#include "storage/store.h"

namespace sosia::server {

class Application {
  public:
    // JSON of a stored run as schemas/output/report.schema.json describes it.
    using MakeIndex = std::function<Result<std::string>(const std::string& run)>;

    // `reader` is used on the server's thread only and outlives the application.
    Application(Access access, std::string page, std::string page_policy, storage::RunReader& reader,
                MakeIndex make_index);

    boost::asio::awaitable<net::ServerResponse> answer(net::ServerRequest request);

  private:
    net::ServerResponse route(const net::ServerRequest& request);
    net::ServerResponse index(const std::string& run);
    net::ServerResponse conversation(const std::string& run, const std::string& id);
    net::ServerResponse search(const std::string& run, const std::string& text);
    boost::asio::awaitable<net::ServerResponse> events(std::string known);
    std::string runs();

    struct Kept {
        std::string version;  // what it was made from
        std::string text;
    };

    Access access_;
    std::string page_;
    std::string page_policy_;
    storage::RunReader& reader_;
    MakeIndex make_index_;
    std::map<std::string, Kept> indexes_;  // of the runs opened last
};

}  // namespace sosia::server
