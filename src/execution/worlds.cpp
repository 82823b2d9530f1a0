#include "execution/worlds.h"

#include <utility>

namespace sosia::execution {

Worlds::Visit::Visit(world::Doors& doors, std::unique_ptr<world::Seat> seat, boost::json::object context)
    : doors_(doors), seat_(std::move(seat)), context_(std::move(context)) {
    world::Entrance entrance = doors_.open(*seat_);
    key_ = std::move(entrance.key);
    context_["tools"] = {{"url", entrance.tools}, {"mcp", entrance.mcp}};
}

Worlds::Visit::~Visit() {
    doors_.close(key_);
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

void Worlds::close() {
    if (doors_ != nullptr) {
        doors_->stop();
    }
}

}  // namespace sosia::execution
