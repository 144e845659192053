import ChartLedgerCommand
import Foundation

@main
enum Main {
  static func main() async {
    exit(await ChartLedgerTool.run(Array(CommandLine.arguments.dropFirst())))
  }
}
