// Personal data out of texts that come from production, before they are stored.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace sosia::analysis {

// Replaces e-mail addresses, card numbers (valid by Luhn's check), IBANs, phone numbers, IP addresses and
// secret-looking keys by [email], [card], [iban], [phone], [ip] and [key]. Order numbers and amounts stay: tests need
// them. Patterns find what looks like it; names and addresses in free text they do not know (docs/production.md says
// so).
class Redactor {
  public:
    Redactor();
    ~Redactor();
    std::string operator()(std::string_view text);
    const std::map<std::string, std::size_t>& counts() const;  // by kind, over everything redacted so far

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::analysis
