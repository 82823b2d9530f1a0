#include "spec/bind_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/hash.h"
#include "spec/bind.h"
#include "spec/units.h"

namespace sosia::spec {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uintmax_t most_bytes_of_data = std::uintmax_t{256} << 20U;

std::optional<json::value> read_json(const Node& node, const Binding& binding) {
    const std::optional<std::string> text = read_world_file(node, binding);
    if (!text) {
        return std::nullopt;
    }
    boost::system::error_code error;
    json::value value = json::parse(*text, error);
    if (error) {
        binding.error(node.place, fmt::format("{} is not JSON: {}", in_quotes(text_of(node)), error.message()));
        return std::nullopt;
    }
    return value;
}

std::string id_text(const json::value& id) {
    return id.is_string() ? std::string(id.get_string()) : id.is_int64() ? std::to_string(id.get_int64()) : "";
}

// A list of documents by the member that holds their id.
json::object by_key(const json::array& list, const std::string& key, const Node& node, const Binding& binding) {
    json::object out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const json::object* document = list[i].if_object();
        const json::value* id = document == nullptr ? nullptr : document->if_contains(key);
        const std::string name = id == nullptr ? "" : id_text(*id);
        if (name.empty()) {
            binding.error(node.place,
                          fmt::format("document {} of {} has no id in \"{}\"", i + 1, in_quotes(node.written()), key),
                          "say with \"key\" which member holds the id");
            return out;
        }
        out[name] = list[i];
    }
    return out;
}

json::object collection_of_file(const Node& node, const std::string& key, const Binding& binding) {
    const std::optional<json::value> data = read_json(node, binding);
    if (!data) {
        return {};
    }
    if (data->is_array()) {
        return by_key(data->get_array(), key, node, binding);
    }
    if (!data->is_object()) {
        binding.error(node.place, "a collection is a mapping of ids to documents, or a list of documents");
        return {};
    }
    return data->get_object();
}

json::object bind_collection(const Node& node, const Binding& binding) {
    if (node.is_scalar()) {
        return collection_of_file(node, "id", binding);
    }
    const Fields fields(node, binding);
    if (const Node* file = fields.find("file")) {
        return collection_of_file(*file, fields.text("key", "id"), binding);
    }
    const Node* documents = fields.find("documents");
    return documents != nullptr && documents->is_map() ? to_json(*documents).as_object() : json::object{};
}

std::shared_ptr<const Collections> bind_collections(const Fields& fields) {
    auto out = std::make_shared<Collections>();
    const Node* node = fields.find("collections");
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        const Node::Member& member = node->members[i];
        (*out)[member.key] = bind_collection(member.value, fields.binding());
    }
    return out;
}

// "2026-03-14T09:00:00Z", "2026-03-14 09:00", "2026-03-14": milliseconds since 1970.
std::optional<std::int64_t> parse_time(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    text = text.ends_with('Z') ? text.substr(0, text.size() - 1) : text;
    if (text.size() != 10 && text.size() != 16 && text.size() != shape.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i] && !(shape[i] == 'T' && text[i] == ' ')) {
            return std::nullopt;
        }
    }
    const auto number = [text](std::size_t at, std::size_t digits) {
        int out = 0;
        for (std::size_t i = at; i < at + digits && i < text.size(); ++i) {
            out = out * 10 + (text[i] - '0');
        }
        return out;
    };
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!day.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) {
        return std::nullopt;
    }
    const auto at = std::chrono::sys_days(day) + std::chrono::hours(number(11, 2)) +
                    std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

void bind_clock(const Fields& fields, WorldSpec& world) {
    const Node* node = fields.find("clock");
    if (node == nullptr) {
        return;
    }
    if (const auto at = parse_time(text_of(*node))) {
        world.clock_ms = *at;
    } else {
        fields.binding().error(node->place, fmt::format("expected a time such as 2026-03-14T09:00:00Z (UTC), found {}",
                                                        in_quotes(node->written())));
    }
}

// Lua in the file itself (several lines), or the path of a file.
void bind_script(const Fields& fields, WorldSpec& world) {
    const Node* node = fields.find("script");
    if (node == nullptr) {
        return;
    }
    if (node->text.find('\n') != std::string::npos) {
        world.script = node->text;
        world.script_name = fields.binding().file.relative;
        world.script_line = node->place.line + 1;  // a block begins below its key
        return;
    }
    world.script = read_world_file(*node, fields.binding()).value_or("");
    world.script_name = std::string(node->written());
}

void bind_script_limits(const Fields& fields, WorldSpec& world) {
    const Node* node = fields.find("limits");
    if (node == nullptr || !node->is_map()) {
        return;
    }
    const Fields limits(*node, fields.binding());
    world.script_instructions = static_cast<std::uint64_t>(
        std::max(1000, limits.integer("steps").value_or(static_cast<int>(world.script_instructions))));
    if (const auto text = limits.maybe_text("memory")) {
        const auto bytes = parse_bytes(*text);
        if (!bytes || *bytes < (1U << 18U)) {
            fields.binding().error(limits.place("memory"), "expected a size such as 16MB, at least 256KB");
        } else {
            world.script_memory = *bytes;
        }
    }
}

WorldFault bind_fault(const Node& node, const Binding& binding) {
    static constexpr std::string_view kinds[] = {"timeout",        "error", "slow",       "truncated", "missing-fields",
                                                 "corrupt-fields", "stale", "rate-limit", "duplicate"};
    const Fields fields(node, binding);
    WorldFault out;
    const auto kind = std::ranges::find(kinds, fields.text("kind"));
    out.kind = static_cast<WorldFault::Kind>(std::min<std::ptrdiff_t>(kind - std::begin(kinds), 8));
    out.tools = fields.texts("tools");
    out.probability = fields.share("probability").value_or(1);
    out.call = fields.integer("call");
    out.fields = fields.texts("fields");
    if (const auto delay = fields.duration_ms("delay")) {
        out.delay_ms = static_cast<std::int64_t>(*delay);
    }
    out.message = fields.text("message");
    return out;
}

WorldServer bind_server(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    WorldServer out;
    out.name = fields.text("name");
    out.command = fields.texts("command");
    out.directory = fs::path(binding.file.path).parent_path().string();
    out.url = fields.text("url");
    out.shared = fields.boolean("shared").value_or(false);
    out.reset = fields.text("reset");
    out.tools = fields.texts("tools");
    if (const auto timeout = fields.duration_ms("timeout")) {
        out.timeout_ms = std::max<std::int64_t>(1, static_cast<std::int64_t>(*timeout));
    }
    if (out.command.empty() == out.url.empty()) {
        binding.error(node.place,
                      "a server has either a \"command\", spoken to over its input and output, or a \"url\"");
    }
    if (!out.reset.empty() && !out.shared) {
        binding.error(fields.place("reset"), "only a server that is shared is reset: each conversation starts its own");
    }
    return out;
}

// Everything that decides how the world behaves: its definition, and the bytes of the files that it names.
std::string hash_of(const Node& node, const WorldSpec& world) {
    std::string all = canonical(node) + world.script;
    for (const auto& [name, documents] : *world.collections) {
        all += fmt::format("{}={};", name, content_hash(json::serialize(documents)));
    }
    return content_hash(all);
}

void check_collection(const Node& where, const std::vector<std::string>& known, const Binding& binding) {
    const Node* node = where.is_map() ? where.find("collection") : nullptr;
    const std::string name = node == nullptr ? "" : text_of(*node);
    if (node != nullptr && !name.contains("{{") && std::ranges::find(known, name) == known.end()) {
        binding.error(node->place, fmt::format("the world has no collection {}", in_quotes(name)),
                      did_you_mean(name, known));
    }
}

// Names within the world's own file: a tool over a collection that is not there would only break when it is called.
void check_names(const Fields& fields, const WorldSpec& world) {
    std::vector<std::string> collections;
    if (const Node* written = fields.find("collections"); written != nullptr) {
        std::ranges::transform(written->members, std::back_inserter(collections), &Node::Member::key);
    }
    const Node* tools = fields.find("tools");
    for (std::size_t i = 0; tools != nullptr && i < tools->items.size(); ++i) {
        for (const Node::Member& member : tools->items[i].members) {
            check_collection(member.value, collections, fields.binding());
            for (const Node& condition : member.value.items) {
                check_collection(condition, collections, fields.binding());
            }
        }
    }
    std::vector<std::string> known;
    std::ranges::transform(world.tools, std::back_inserter(known), &WorldTool::name);
    const Node* faults = fields.find("faults");
    for (std::size_t i = 0; i < world.faults.size() && world.servers.empty(); ++i) {
        for (const std::string& name : world.faults[i].tools) {
            if (std::ranges::find(known, name) == known.end()) {
                fields.binding().error(faults->items[i].place,
                                       fmt::format("the fault meets a tool that is not there: {}", in_quotes(name)),
                                       did_you_mean(name, known));
            }
        }
    }
}

}  // namespace

std::optional<std::string> read_world_file(const Node& node, const Binding& binding) {
    const fs::path path = fs::path(binding.file.path).parent_path() / text_of(node);
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error || !fs::is_regular_file(path, error)) {
        binding.error(node.place, fmt::format("there is no file {}", in_quotes(text_of(node))),
                      "paths in a world's file start at that file's folder");
        return std::nullopt;
    }
    if (size > most_bytes_of_data) {
        binding.error(node.place, fmt::format("{} has {} bytes; at most {} are read", in_quotes(text_of(node)), size,
                                              most_bytes_of_data));
        return std::nullopt;
    }
    std::ifstream stream(path, std::ios::binary);
    std::string out(static_cast<std::size_t>(size), '\0');
    stream.read(out.data(), static_cast<std::streamsize>(out.size()));
    if (!stream) {
        binding.error(node.place, fmt::format("{} cannot be read (permissions?)", in_quotes(node.written())));
        return std::nullopt;
    }
    return out;
}

WorldSpec bind_world(const Node& node, const Binding& binding, std::string_view fallback_id) {
    const Fields fields(node, binding);
    WorldSpec world;
    world.id = bind_id(fields, fallback_id);
    world.description = fields.text("description", fields.text("name"));
    bind_clock(fields, world);
    world.spaced = fields.text("json") == "python";
    world.collections = bind_collections(fields);
    bind_script(fields, world);
    bind_script_limits(fields, world);
    world.tools = bind_world_tools(fields);
    const Node* faults = fields.find("faults");
    for (std::size_t i = 0; faults != nullptr && i < faults->items.size(); ++i) {
        world.faults.push_back(bind_fault(faults->items[i], binding));
    }
    const Node* servers = fields.find("servers");
    for (std::size_t i = 0; servers != nullptr && i < servers->items.size(); ++i) {
        world.servers.push_back(bind_server(servers->items[i], binding));
    }
    check_names(fields, world);
    world.hash = hash_of(node, world);
    world.file = binding.file.relative;
    return world;
}

json::object bind_documents(const Fields& fields, const json::object& base) {
    json::object out = base;
    const Node* world = fields.find("world");
    const Node* documents = world == nullptr ? nullptr : world->find("documents");
    if (documents == nullptr || !documents->is_map()) {
        return out;
    }
    for (const Node::Member& collection : documents->members) {
        if (!collection.value.is_map()) {
            fields.binding().error(collection.value.place, "expected documents by their id");
            continue;
        }
        json::value& into = out[collection.key];
        if (!into.is_object()) {
            into.emplace_object();
        }
        for (const Node::Member& document : collection.value.members) {
            into.get_object()[document.key] = to_json(document.value);
        }
    }
    return out;
}

}  // namespace sosia::spec
