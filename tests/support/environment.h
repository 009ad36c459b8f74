// A variable of the environment for as long as a test needs it.
#ifndef NPS_TESTS_SUPPORT_ENVIRONMENT_H_
#define NPS_TESTS_SUPPORT_ENVIRONMENT_H_

#include <time.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace nps::test {

class Environment {
 public:
  Environment(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    setenv(name_.c_str(), value.c_str(), 1);
    tzset();
  }
  ~Environment() {
    before_ ? setenv(name_.c_str(), before_->c_str(), 1) : unsetenv(name_.c_str());
    tzset();
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace nps::test

#endif  // NPS_TESTS_SUPPORT_ENVIRONMENT_H_
