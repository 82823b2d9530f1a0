#include "world/import_tau_bench.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <exception>
#include <utility>

#include "base/text.h"
#include "domain/json_text.h"
#include "world/compare.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

using Files = std::map<std::string, std::string>;

std::string text_of(const json::value* value) {
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// What a file of ours would read as a variable stays text.
std::string quoted(std::string_view text) {
    return sosia::json_text(json::value(replace_all(std::string(text), "${", "$${")));
}

// "You want to change your flight." -> "change my flight": what follows "I want to".
std::string goal_of(const std::string& brief) {
    for (const std::string_view opening : {"You want to ", "You wants to ", "You would like to ", "you want to "}) {
        const std::size_t at = brief.find(opening);
        if (at == std::string::npos) {
            continue;
        }
        const std::size_t begin = at + opening.size();
        std::string out = brief.substr(begin, brief.find('.', begin) - begin);
        for (const auto& [from, to] : {std::pair{" your ", " my "}, {" you ", " I "}, {" yourself", " myself"}}) {
            out = replace_all(out, from, to);
        }
        return out;
    }
    return "get help with my booking";
}

std::string fact(std::string_view name, std::string_view value, std::string_view asked_by) {
    return value.empty()
               ? ""
               : fmt::format("    {}: {{ value: {}, when: asked, asked_by: [{}] }}\n", name, quoted(value), asked_by);
}

// Numbers of things that the task is about, as its expected calls name them.
std::string named_in_actions(const json::array& actions, std::string_view key) {
    for (const json::value& action : actions) {
        if (const std::string found = text_of(value_at(action, "/kwargs/" + std::string(key))); !found.empty()) {
            return found;
        }
    }
    return {};
}

std::string persona(const std::string& id, const json::object& task, const json::value& users) {
    const std::string user_id = text_of(task.if_contains("user_id"));
    const std::string brief = text_of(task.if_contains("instruction"));
    const json::value* user = value_at(users, "/" + replace_all(replace_all(user_id, "~", "~0"), "/", "~1"));
    const auto of_user = [user](std::string_view pointer) {
        return user == nullptr ? std::string() : text_of(value_at(*user, pointer));
    };
    std::string out = fmt::format("- id: {}\n", id);
    const std::string name = of_user("/name/first_name") + " " + of_user("/name/last_name");
    out += name == " " ? "" : fmt::format("  name: {}\n", quoted(name));
    out += fmt::format("  profile: {}\n  goal: {{ primary: {} }}\n  facts:\n", quoted(brief), quoted(goal_of(brief)));
    out += fact("user_id", user_id, "user id, customer id, account, profile");
    out += fact("email", of_user("/email"), "email, e-mail");
    out += fact("date_of_birth", of_user("/dob"), "date of birth, birthday");
    out += fact("reservation_id", named_in_actions(task.at("actions").as_array(), "reservation_id"),
                "reservation, booking, confirmation number");
    out += fact("order_id", named_in_actions(task.at("actions").as_array(), "order_id"),
                "order number, order id, which order");
    return out;
}

std::string scenario(const std::string& id, const json::object& task) {
    std::string out =
        fmt::format("- id: {}\n  category: benchmark\n  intent: {}\n  personas: [{}]\n  description: {}\n", id,
                    quoted(goal_of(text_of(task.if_contains("instruction")))), id,
                    quoted(text_of(task.if_contains("instruction"))));
    out += "  expect:\n    world:\n      actions:";
    const json::array& actions = task.at("actions").as_array();
    out += actions.empty() ? " []\n" : "\n";
    for (const json::value& action : actions) {
        out += fmt::format("        - {{ name: {}, arguments: {} }}\n", text_of(value_at(action, "name")),
                           replace_all(sosia::json_text(action.at("kwargs")), "${", "$${"));
    }
    const json::array& outputs = task.at("outputs").as_array();
    if (!outputs.empty()) {
        out += fmt::format("      outputs: {}\n", sosia::json_text(outputs));
    }
    return out;
}

std::string world_file(const TauBenchDomain& domain) {
    std::string out =
        fmt::format("# {} of tau-bench; its data is read from where it lies.\nid: {}\njson: python\ncollections:\n",
                    domain.name, domain.name);
    for (const std::string& collection : domain.collections) {
        out += fmt::format("  {}: {}\n", collection, quoted(domain.directory + "/" + collection + ".json"));
    }
    return out + fmt::format("script: {}.lua\ntools: [{}]\n", domain.name, quoted(domain.directory + "/tools.json"));
}

std::string refusing_script(const json::array& tools) {
    std::string out = "-- A function per tool. docs/worlds.md says what scripts may use.\n";
    for (const json::value& tool : tools) {
        const json::value* name = value_at(tool, "/function/name");
        out += fmt::format("\nfunction {}(args)\n    fail(\"not written yet\")\nend\n",
                           text_of(name == nullptr ? value_at(tool, "name") : name));
    }
    return out;
}

std::string suite_file(const std::string& name) {
    return fmt::format(
        "name: {}\nagent: {{ url: \"${{AGENT_URL:-http://127.0.0.1:8080/chat}}\" }}\npersonas: personas/\nscenarios: "
        "scenarios/\n"
        "worlds: worlds/\nadversaries: [cooperative]\nmatrix: {{ runs: 4 }}\nlimits: {{ turns: 30 }}\n",
        name);
}

void add_tasks(const TauBenchDomain& domain, Files& files) {
    std::map<int, const json::object*> tasks;
    for (const json::value& one : domain.trajectories.as_array()) {
        tasks.try_emplace(one.at("task_id").to_number<int>(), &one.at("info").at("task").as_object());
    }
    std::string& personas = files["personas/tasks.yaml"];
    std::string& scenarios = files["scenarios/tasks.yaml"];
    for (const auto& [number, task] : tasks) {
        const std::string id = fmt::format("task-{:02}", number);
        personas += persona(id, *task, domain.users);
        scenarios += scenario(id, *task);
    }
}

}  // namespace

Result<Files> import_tau_bench(const TauBenchDomain& domain) {
    Files out;
    try {
        add_tasks(domain, out);
        out["sosia.yaml"] = suite_file(domain.name);
        out["worlds/" + domain.name + ".yaml"] = world_file(domain);
        out["worlds/" + domain.name + ".lua"] =
            domain.script.empty() ? refusing_script(domain.tools.as_array()) : domain.script;
    } catch (const std::exception& error) {
        return fail(ErrorKind::malformed, std::string("this is no domain of tau-bench: ") + error.what(),
                    "expected tools.json, trajectories.json with the tasks, and the collections beside them");
    }
    return out;
}

}  // namespace sosia::world
