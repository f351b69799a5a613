// The options of ps: of Unix, of BSD, and GNU's.
#include <algorithm>

#include "shell/cmd/ps.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kHelp =
    "\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps "
    "--help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n";

}  // namespace

bool Ps::refuse(const std::string& what) {
  io_.err("error: " + what + std::string(kHelp));
  io_.status = 1;
  return false;
}

bool Ps::add(std::string_view list) {
  std::string text(list);
  std::replace(text.begin(), text.end(), ' ', ',');
  for (std::string name : split(text, ',')) {
    const std::size_t equals = name.find('=');
    const std::string title = equals == std::string::npos ? "" : name.substr(equals + 1);
    name = name.substr(0, equals);
    if (name.empty() && equals == std::string::npos) continue;
    const PsColumn* column = find_ps_column(name.substr(0, name.find(':')));
    if (column == nullptr || columns_.size() >= kPsColumnsMax)
      return refuse("unknown user-defined format specifier \"" + name + "\"");
    columns_.push_back({column, equals == std::string::npos ? std::string(column->title) : title});
  }
  return true;
}

bool Ps::pids(const std::string& list, std::vector<int>& into) {
  std::string text = list;
  std::replace(text.begin(), text.end(), ' ', ',');
  for (const std::string& one : split(text, ',')) {
    const auto number = number_of(one);
    if (!number || *number == 0 || *number > 4'999'999)
      return refuse("process ID list syntax error");
    into.push_back(static_cast<int>(*number));
  }
  return true;
}

void Ps::users(const std::string& list) {
  for (const std::string& name : split(list, ',')) {
    const auto user = find_user(io_, name);
    want_.uids.push_back(user ? user->uid
                              : static_cast<std::uint32_t>(number_of(name).value_or(99'999)));
  }
}

bool Ps::long_option(const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
  const auto given = [&] {
    return equals != std::string::npos ? word.substr(equals + 1) : value(word, word.size());
  };
  if (name == "sort") {
    sort_ = given();
  } else if (name == "no-headers" || name == "no-heading" || name == "no-heading") {
    header_ = false;
  } else if (name == "forest") {
    forest_ = true;
  } else if (name == "version") {
    io_.out(version_text(io_, "ps"));
    done_ = true;
  } else if (name == "pid") {
    return pids(given(), want_.pids);
  } else if (name == "ppid") {
    return pids(given(), want_.parents);
  } else if (name == "user" || name == "User") {
    users(given());
  } else if (name == "tty") {
    want_.terminals.push_back(given());
  } else if (name == "format") {
    user_format_ = true;
    return add(given());
  } else if (name == "cols" || name == "columns" || name == "width" || name == "rows" ||
             name == "lines") {
    given();
  } else if (name == "deselect") {
    want_.inverted = true;
  } else if (name != "headers" && name != "cumulative") {
    return refuse("unknown gnu long option");
  }
  return true;
}

bool Ps::dashed(const std::string& word) {
  // "-aux" is what "aux" says, where no user is called x.
  if (word == "-aux" || word == "-auxf" || word == "-auxw" || word == "-auxww" || word == "-axu")
    return plain_letters(word.substr(1));
  for (std::size_t in = 1; in < word.size(); ++in) {
    const char letter = word[in];
    switch (letter) {
      case 'e':
      case 'A':
        want_.all = true;
        break;
      case 'f':
        full_ = true;
        break;
      case 'F':
        full_ = extra_ = true;
        break;
      case 'l':
        long_ = true;
        break;
      case 'y':
        no_address_ = true;
        break;
      case 'j':
        jobs_ = true;
        break;
      case 'L':
      case 'T':
        threads_ = true;
        break;
      case 'H':
        forest_ = true;
        break;
      case 'a':
        want_.everyone = want_.no_leaders = true;
        break;
      case 'd':
        want_.all = want_.no_leaders = true;
        break;
      case 'x':
        want_.own = true;
        break;
      case 'N':
        want_.inverted = true;
        break;
      case 'w':
        wide_ = true;
        break;
      case 'V':
        io_.out(version_text(io_, "ps"));
        done_ = true;
        return true;
      case 'c':
      case 'M':
      case 'P':
        break;
      case 'o':
        user_format_ = true;
        return add(value(word, in + 1));
      case 'p':
        return pids(value(word, in + 1), want_.pids);
      case 'q':
        return pids(value(word, in + 1), want_.pids);
      case 'u':
      case 'U':
        users(value(word, in + 1));
        return true;
      case 't':
        want_.terminals.push_back(value(word, in + 1));
        return true;
      case 'C':
        for (std::string& one : split(value(word, in + 1), ',')) want_.names.push_back(one);
        return true;
      case 'g':
      case 'G':
      case 's':
        value(word, in + 1);
        return true;
      default:
        return refuse("unsupported SysV option");
    }
  }
  return true;
}

bool Ps::plain_letters(const std::string& word) {
  bsd_ = true;
  for (std::size_t in = 0; in < word.size(); ++in) {
    const char letter = word[in];
    if (letter == 'a') want_.everyone = true;
    if (letter == 'x') want_.own = true;
    if (letter == 'u') fixed("user,pid,%cpu,%mem,vsz,rss,tname,stat,start_time,bsdtime,args");
    if (letter == 'l') fixed("f,uid,pid,ppid,priority,ni,vsz,rss,wchan,stat,tname,bsdtime,args");
    if (letter == 'j') fixed("ppid,pid,pgid,sid,tname,tpgid,stat,uid,bsdtime,args");
    if (letter == 'v') fixed("pid,tname,stat,bsdtime,maj_flt,trs,drs,rss,%mem,args");
    if (letter == 's') fixed("uid,pid,stat,tname,bsdtime,args");
    if (letter == 'f') forest_ = true;
    if (letter == 'w') wide_ = true;
    if (letter == 'h') header_ = false;
    if (letter == 'r' || letter == 'e' || letter == 'c' || letter == 'n' || letter == 'S' ||
        letter == 'H' || letter == 'm' || letter == 'T' || letter == 'g')
      continue;
    if (letter == 'o') {
      user_format_ = true;
      columns_.clear();
      return add(value(word, in + 1));
    }
    if (letter == 'p') return pids(value(word, in + 1), want_.pids);
    if (letter == 'U') {
      users(value(word, in + 1));
      return true;
    }
    if (letter == 't') {
      want_.terminals.push_back(value(word, in + 1));
      return true;
    }
    if (letter == 'k') {
      sort_ = value(word, in + 1);
      return true;
    }
    if (std::string_view("axuljvsfwh").find(letter) == std::string_view::npos)
      return refuse("unsupported option (BSD syntax)");
  }
  if (columns_.empty()) fixed("pid,tname,stat,bsdtime,args");
  return true;
}

void Ps::choose_format() {
  if (user_format_ || !columns_.empty()) return;
  if (jobs_ && full_)
    fixed(".uid,pid,ppid,pgid,sid,c,stime,tname,time,cmd");
  else if (jobs_)
    fixed("pid,pgid,sid,tname,time,ucmd");
  else if (full_ && extra_)
    fixed(".uid,pid,ppid,c,sz,rss,psr,stime,tname,time,cmd");
  else if (full_ && threads_)
    fixed(".uid,pid,ppid,lwp,c,nlwp,stime,tname,time,cmd");
  else if (full_)
    fixed(".uid,pid,ppid,c,stime,tname,time,cmd");
  else if (long_ && no_address_)
    fixed("s,uid,pid,ppid,c,opri,ni,rss,sz,wchan,tname,time,ucmd");
  else if (long_)
    fixed("f,s,uid,pid,ppid,c,opri,ni,.addr,wchan,tname,time,ucmd");
  else if (threads_)
    fixed("pid,lwp,tname,time,ucmd");
  else
    fixed("pid,tname,time,ucmd");
}

bool Ps::options() {
  for (; at_ < io_.argc() && !done_; ++at_) {
    const std::string word = io_.arg(at_);
    bool good = true;
    if (word.starts_with("--") && word.size() > 2)
      good = long_option(word);
    else if (word.starts_with("-") && word.size() > 1)
      good = dashed(word);
    else if (!word.empty() && word.find_first_not_of("0123456789,") == std::string::npos)
      good = pids(word, want_.pids);
    else
      good = plain_letters(word);
    if (!good) return false;
  }
  choose_format();
  return !done_;
}

}  // namespace decnet::shell::cmd
