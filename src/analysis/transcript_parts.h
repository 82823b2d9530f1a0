// Messages of any log to turns, and traces to conversations. Private to the analysis room.
#pragma once
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>

#include "analysis/transcripts.h"

namespace sosia::analysis {

// Adds a message as a turn. Messages of one side in a row become one turn; those of the system and of tools are left
// out, as is what has no role.
void add_message(const boost::json::value& message, std::vector<Turn>& turns);

// Keeps the longest entry of each conversation, and only those in which both sides speak.
class Collector {
  public:
    void add(ImportedConversation conversation);
    Imported finish();

  private:
    Imported out_;
    std::map<std::string, std::size_t> places_;
};

Result<Imported> read_otlp(std::string_view text);

}  // namespace sosia::analysis
