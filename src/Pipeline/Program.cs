using Cppo.Pipeline;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Telemetry;

using var notices = new NoticeWriter(Console.Error, isTerminal: !Console.IsErrorRedirected);
using var stop = StopSignals.Listen(notices);
return await CommandLine.RunAsync(args, new CliContext(Console.In, Console.Out, notices, stop));
