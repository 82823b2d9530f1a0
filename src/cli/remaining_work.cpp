#include "cli/remaining_work.h"

#include <map>
#include <set>
#include <string>

#include <boost/json/parse.hpp>

#include "domain/record_json.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

// Positions in the plan by id of what an earlier attempt finished, which goes into the summary.
Result<std::set<std::uint64_t>> count_finished(const Rehearsal& r, storage::RunReader& reader,
                                               analysis::SummaryBuilder& summary) {
    std::set<std::uint64_t> finished;
    std::map<std::string_view, std::uint64_t> ordinals;
    const auto count = [&](std::string_view record) {
        for (std::size_t i = 0; ordinals.empty() && i < r.plan.conversations.size(); ++i) {
            ordinals.emplace(r.plan.conversations[i].id, i);
        }
        const Result<Conversation> c =
            conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        if (const auto found = c ? ordinals.find(c->id) : ordinals.end(); found != ordinals.end()) {
            finished.insert(found->second);
            summary.add(*c, found->second);
        }
        return true;
    };
    const Result<void> read = reader.records(r.run_id, count);
    return read ? Result<std::set<std::uint64_t>>(std::move(finished)) : std::unexpected(read.error());
}

}  // namespace

Result<execution::Work> remaining_work(const Rehearsal& r, storage::RunReader& reader, bool stateless,
                                       analysis::SummaryBuilder& summary) {
    const Result<std::set<std::uint64_t>> finished = count_finished(r, reader, summary);
    if (!finished) {
        return std::unexpected(finished.error());
    }
    execution::Work work{.suite = r.suite, .job = [&plan = r.plan](std::uint64_t ordinal) {
                             const spec::PlannedConversation& planned = plan.conversations[ordinal];
                             return execution::Job{ordinal, planned.id, planned.cell, planned.seed};
                         }};
    const Result<std::vector<storage::JournalEntry>> journal = reader.journal(r.run_id);
    if (!journal) {
        return std::unexpected(journal.error());
    }
    for (const storage::JournalEntry& entry : *journal) {
        const Result<simulation::Exchange> exchange = execution::exchange_from_text(entry.data);
        std::vector<simulation::Exchange>& list = work.resumed[entry.conversation];
        if (stateless && exchange && entry.step == static_cast<int>(list.size())) {
            list.push_back(*exchange);
        }
    }
    for (std::uint64_t i = 0; i < r.plan.conversations.size(); ++i) {
        if (!finished->contains(i)) {
            work.ordinals.push_back(i);
        }
    }
    return work;
}

}  // namespace sosia::cli
