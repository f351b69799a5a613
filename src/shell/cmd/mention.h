// What the text of a one-line program (python3 -c, perl -e) mentions. Nothing is run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::shell::cmd {

// The first quoted text behind `after`; empty: none.
std::string quoted_behind(std::string_view code, std::string_view after);
// The first number behind `after`; empty: none.
std::string number_behind(std::string_view code, std::string_view after);
// Where a program connects to: connect(("192.0.2.9",4444)), $i="192.0.2.9";$p=4444.
bool connects(const std::string& code, std::string& host, std::string& port);
// What stands between commas, outside of quotes and brackets. Views of `text`.
std::vector<std::string_view> listed(std::string_view text);

}  // namespace decnet::shell::cmd
