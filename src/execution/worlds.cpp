#include "execution/worlds.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace sosia::execution {
namespace asio = boost::asio;

Worlds::Visit::Visit(world::Doors& doors, std::unique_ptr<world::Seat> seat, boost::json::object context)
    : doors_(doors), seat_(std::move(seat)), context_(std::move(context)) {
    world::Entrance entrance = doors_.open(*seat_);
    key_ = std::move(entrance.key);
    context_["tools"] = {{"url", entrance.tools}, {"mcp", entrance.mcp}};
}

Worlds::Visit::~Visit() {
    doors_.close(key_);
}

std::unique_ptr<Worlds::Visit> Worlds::Visit::join(std::uint64_t seed, const std::string& conversation,
                                                   const boost::json::object& context) {
    return std::make_unique<Visit>(doors_, seat_->join(seed, conversation), context);
}

Result<std::unique_ptr<Worlds>> Worlds::open(const Suite& suite, boost::asio::any_io_executor executor) {
    auto out = std::make_unique<Worlds>();
    for (const WorldSpec& spec : suite.worlds) {
        Result<std::shared_ptr<const world::Toolbox>> toolbox = world::Toolbox::make(spec);
        if (!toolbox) {
            return fail(toolbox.error().kind, "world " + spec.id + ": " + toolbox.error().message,
                        toolbox.error().hint);
        }
        out->toolboxes_[spec.id] = std::move(*toolbox);
    }
    if (!suite.worlds.empty()) {
        out->doors_ = std::make_unique<world::Doors>(std::move(executor));
        if (const Result<void> listening = out->doors_->start(); !listening) {
            return std::unexpected(listening.error());
        }
    }
    return out;
}

Result<std::unique_ptr<Worlds::Visit>> Worlds::visit(const CellParts& parts, std::uint64_t seed,
                                                     const std::string& conversation,
                                                     const boost::json::object& context) {
    const auto toolbox = toolboxes_.find(parts.scenario->world);
    if (toolbox == toolboxes_.end()) {
        return nullptr;
    }
    Result<std::unique_ptr<world::Seat>> seat =
        world::Seat::make(toolbox->second, parts.edge_case->documents, seed, conversation, parts.edge_case->events);
    if (!seat) {
        return std::unexpected(seat.error());
    }
    return std::make_unique<Visit>(*doors_, std::move(*seat), context);
}

asio::awaitable<Worlds::Shared*> Worlds::shared(const WorldSpec& spec, const WorldServer& server) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::unique_ptr<Shared>& one = shared_[&server];
    if (one == nullptr) {
        one = std::make_unique<Shared>(executor);
    }
    Shared& found = *one;
    const net::Semaphore::Permit permit = co_await found.connecting.acquire();
    if (found.tools == nullptr && found.trouble.empty()) {
        auto tools = co_await world::RemoteTools::connect(executor, server, "");
        if (tools) {
            found.tools = std::move(*tools);
        } else {
            found.trouble = "world " + spec.id + ": " + tools.error().message;
        }
    }
    co_return &found;
}

asio::awaitable<void> Worlds::Visit::connect(Worlds& worlds, const WorldSpec& spec, const std::string& conversation) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    for (const WorldServer& server : spec.servers) {
        if (!server.shared) {
            auto tools = co_await world::RemoteTools::connect(executor, server, conversation);
            if (tools) {
                own_.push_back(*tools);
                seat_->add_remote(std::move(*tools));
            } else {
                seat_->lacks("world " + spec.id + ": " + tools.error().message);
            }
            continue;
        }
        Shared* shared = co_await worlds.shared(spec, server);
        if (shared->tools == nullptr) {
            seat_->lacks(shared->trouble);
            continue;
        }
        if (!server.reset.empty()) {
            net::Semaphore::Permit turn = co_await shared->turn.acquire();
            turns_.push_back(std::move(turn));
            const Result<void> reset = co_await shared->tools->reset();
            if (!reset) {
                seat_->lacks("world " + spec.id + ": " + reset.error().message);
                continue;
            }
        }
        seat_->add_remote(shared->tools);
    }
}

asio::awaitable<void> Worlds::Visit::leave() {
    for (const std::shared_ptr<world::RemoteTools>& tools : own_) {
        co_await tools->close();
    }
    own_.clear();
    turns_.clear();
}

asio::awaitable<void> Worlds::close() {
    for (const auto& [server, shared] : shared_) {
        if (shared->tools != nullptr) {
            co_await shared->tools->close();
        }
    }
    shared_.clear();
    if (doors_ != nullptr) {
        doors_->stop();
    }
}

}  // namespace sosia::execution
