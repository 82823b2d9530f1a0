#include "cli/judge_stored.h"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "domain/record_json.h"
#include "scoring/scorer.h"
#include "user/builtin_user.h"

namespace sosia::cli {
namespace {

// What an earlier judge left behind.
void forget_judge(Conversation& c) {
    c.opinions.clear();
    c.judge_model = {};
    const bool by_judge = c.fault == Fault::judge || (c.fault == Fault::simulator && c.ended != Ending::user_invalid);
    const bool by_its_provider = c.fault == Fault::infrastructure && c.error.starts_with("the judge: ");
    if (by_judge || by_its_provider) {
        c.outcome = Outcome::passed;
        c.fault = Fault::none;
        c.error.clear();
        c.fault_kind.clear();
    }
}

Result<CellParts> known_parts(const Suite& suite, const Cell& cell) {
    const CellParts parts = parts_in(suite, cell);
    if (parts.persona == nullptr || parts.scenario == nullptr || parts.edge_case == nullptr ||
        parts.adversary == nullptr) {
        return fail(ErrorKind::usage,
                    fmt::format("the run holds {} / {} / {} / {}, which the suite does not have", cell.persona,
                                cell.scenario, cell.edge_case.empty() ? "-" : cell.edge_case, cell.adversary),
                    "--suite names the folder of the suite the run was made from");
    }
    return parts;
}

}  // namespace

CellParts parts_in(const Suite& suite, const Cell& cell) {
    const Scenario* scenario = suite.scenario(cell.scenario);
    return {suite.persona(cell.persona), scenario,
            scenario == nullptr ? nullptr : find_edge_case(*scenario, cell.edge_case), suite.adversary(cell.adversary)};
}

Result<std::vector<Conversation>> unjudged(storage::RunReader& reader, const std::string& run, const Suite& suite) {
    const Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!engine) {
        return std::unexpected(engine.error());
    }
    const Result<std::unique_ptr<scoring::Scorer>> scorer = scoring::Scorer::create(suite, (*engine)->reader());
    if (!scorer) {
        return std::unexpected(scorer.error());
    }
    std::vector<Conversation> out;
    Result<void> fine;
    const auto take = [&](std::string_view record) -> Result<void> {
        boost::system::error_code error;
        const auto json = boost::json::parse(boost::json::string_view(record.data(), record.size()), error);
        Result<Conversation> c = conversation_from_json(json);
        if (!c) {
            return std::unexpected(c.error());
        }
        const Result<CellParts> parts = known_parts(suite, c->cell);
        if (!parts) {
            return std::unexpected(parts.error());
        }
        forget_judge(*c);
        (*scorer)->score(*c, *parts);
        out.push_back(std::move(*c));
        return {};
    };
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        fine = take(record);
        return fine.has_value();
    });
    if (!read || !fine) {
        return std::unexpected(read ? fine.error() : read.error());
    }
    return out;
}

}  // namespace sosia::cli
