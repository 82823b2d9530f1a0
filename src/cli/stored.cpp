#include "cli/stored.h"

#include <boost/json/parse.hpp>

#include "cli/suite_options.h"
#include "domain/record_json.h"

namespace sosia::cli {

std::optional<StoredConversation> find_conversation(const Context& context, const std::string& id,
                                                    const std::string& run) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return std::nullopt;
    }
    Result<storage::RunReader::Found> found = store->read->find(id, run);
    if (!found) {
        report_error(context, found.error());
        return std::nullopt;
    }
    Result<Conversation> conversation = conversation_from_json(boost::json::parse(found->record));
    if (!conversation) {
        report_error(context, conversation.error());
        return std::nullopt;
    }
    return StoredConversation{found->run, std::move(found->record), std::move(*conversation)};
}

std::optional<Suite> suite_of_run(const Context& context, const storage::RunInfo& run) {
    const boost::json::value* file = run.spec.if_contains("suite_file");
    const boost::json::value* options = run.spec.if_contains("options");
    if (file == nullptr || !file->is_string()) {
        return std::nullopt;
    }
    spec::LoadResult loaded = spec::load_suite(std::string(file->as_string()), context.process.environment);
    if (loaded.suite && options != nullptr && options->is_object() &&
        !apply(suite_options_from_json(options->as_object()), *loaded.suite)) {
        return std::nullopt;
    }
    return std::move(loaded.suite);
}

}  // namespace sosia::cli
