// What `sosia serve` answers: the page, the runs of a store, one run's report and conversations, comparisons, and
// changes as server-sent events. The store is read on other threads (workbench.h), so nothing here waits for it.
#pragma once
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/control.h"
#include "server/guard.h"
#include "server/workbench.h"
#include "storage/store.h"

namespace sosia::server {

// Where the answers come from. Called on several threads at once; `stop` says that nobody waits any more.
struct Sources {
    std::function<Result<std::unique_ptr<storage::RunReader>>()> open;
    // JSON of a stored run, as schemas/output/served.schema.json describes it. Not `whole`: only what can be had
    // without reading transcripts.
    std::function<Result<std::string>(const storage::RunInfo& run, storage::RunReader& reader, bool whole,
                                      const std::atomic<bool>& stop)>
        index;
    // Two runs, or a baseline by name and a run.
    std::function<Result<std::string>(const std::string& before, const std::string& after)> comparison;
    std::function<boost::json::array()> baselines;
};

class Application {
  public:
    // `controls` may be null: then everything is for reading only. It outlives the application.
    Application(Access access, std::string page, std::string page_policy, Sources sources, Controls* controls);

    boost::asio::awaitable<net::ServerResponse> answer(net::ServerRequest request);
    // Reads the newest run before anybody asks for it: who opens a large one first would wait for the disk.
    boost::asio::awaitable<void> prepare();

  private:
    using Answer = boost::asio::awaitable<net::ServerResponse>;
    using Text = std::shared_ptr<const std::string>;
    struct Kept {
        std::string version;  // what it was made from
        Text text;
        std::uint64_t used = 0;
    };
    struct Snapshot {
        Text text;
        std::int64_t made_us = 0;
        std::int64_t took_us = 0;
        bool is_being_made = false;
    };

    Answer route(net::ServerRequest request);
    Answer of_run(std::string run, std::string rest, std::string query);
    Answer index(std::string run, bool whole);
    Answer conversation(std::string run, std::string id);
    Answer search(std::string run, std::string text);
    Answer comparison(std::string before, std::string after);
    Answer act(std::string run, std::string action);
    net::ServerResponse start(const std::string& suite);
    Answer events();
    boost::asio::awaitable<Text> runs();
    // What is to be said when the store cannot be read; "" for one that is only not there yet.
    std::string trouble_of(const Error& error) const;
    std::string runs_text(const std::vector<storage::RunInfo>& runs, const std::vector<std::uint64_t>& done,
                          boost::json::array baselines, const std::string& trouble);
    boost::asio::awaitable<Result<storage::RunInfo>> info(std::string run);
    Text known(const std::string& key, const std::string& version);
    void keep(const std::string& key, std::string version, Text text);

    Access access_;
    std::string page_;
    std::string page_policy_;
    Sources sources_;
    Controls* controls_;
    std::map<std::string, Kept> kept_;  // indexes of the runs opened last
    std::map<std::string, int> counting_;
    std::uint64_t uses_ = 0;
    Snapshot snapshot_;
    int listeners_ = 0;
    bool was_there_ = false;  // the store, at some time
    Workbench workbench_;
};

}  // namespace sosia::server
