// One function a command: reads its arguments (those after the command's name), does the work, and
// returns the exit code. Errors are thrown.
#pragma once

#include <string>
#include <vector>

namespace mnemo {

int train_command(const std::vector<std::string>& arguments);
int pretrain_command(const std::vector<std::string>& arguments);
int compare_command(const std::vector<std::string>& arguments);
int tune_command(const std::vector<std::string>& arguments);
int evaluate_command(const std::vector<std::string>& arguments);
int backtest_command(const std::vector<std::string>& arguments);
int predict_command(const std::vector<std::string>& arguments);
int explain_command(const std::vector<std::string>& arguments);
int report_command(const std::vector<std::string>& arguments);
int export_command(const std::vector<std::string>& arguments);
int import_command(const std::vector<std::string>& arguments);
int diagnose_command(const std::vector<std::string>& arguments);
int generate_command(const std::vector<std::string>& arguments);
int formats_command(const std::vector<std::string>& arguments);
int info_command(const std::vector<std::string>& arguments);

// Dispatches, catches, reports, and returns the exit code: 0 done, 1 failure, 2 usage,
// 130 and 143 interrupted by Ctrl-C and SIGTERM.
int run_command_line(const std::vector<std::string>& arguments);

// Results: everything on stdout goes through here, so that a full disk or closed pipe is noticed.
void print_result(const std::string& text);

// Prints what a command was asked for instead of its work, as its help, and returns the exit code.
int print_answer(const std::string& text);

}  // namespace mnemo
