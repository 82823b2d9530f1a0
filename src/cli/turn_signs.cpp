#include "cli/turn_signs.h"

namespace sosia::cli {
namespace {

std::string_view kind_name(user::Entity::Kind kind) {
    switch (kind) {
        case user::Entity::Kind::email:
            return "email";
        case user::Entity::Kind::phone:
            return "phone";
        case user::Entity::Kind::card:
            return "card";
        case user::Entity::Kind::id:
            return "id";
        case user::Entity::Kind::url:
            return "url";
    }
    return "id";
}

}  // namespace

std::vector<analysis::TurnSigns> signs_of(const Conversation& c, const user::Reader& reader) {
    std::vector<user::FactQuery> queries;
    for (const std::string_view fact : analysis::askable_facts()) {
        queries.push_back({.name = std::string(fact)});
    }
    const user::FactIndex index(queries);
    std::vector<analysis::TurnSigns> out;
    for (const Turn& turn : c.turns) {
        analysis::TurnSigns& signs = out.emplace_back();
        if (turn.role == Role::agent) {
            for (const user::ReadAct& act : reader.read(turn.text, index).acts) {
                if (act.act == user::Act::ask_fact && !act.fact.empty()) {
                    signs.asks.push_back(act.fact);
                }
            }
            continue;
        }
        for (const user::Entity& entity : reader.entities(turn.text)) {
            signs.values.emplace_back(kind_name(entity.kind), entity.text);
        }
        for (const user::Claim& claim : reader.claims(turn.text)) {
            signs.values.emplace_back(to_string(claim.kind), turn.text.substr(claim.begin, claim.end - claim.begin));
        }
    }
    return out;
}

}  // namespace sosia::cli
