using Cppo.Pipeline;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Telemetry;

using var notices = new NoticeWriter(Console.Error, isTerminal: !Console.IsErrorRedirected);
using var stop = StopSignals.Listen(notices, LastResort.Leave);

// What is piped on or goes to a file is text as it is; a terminal would obey the codes in it.
var output = Console.IsOutputRedirected ? Console.Out : new TerminalWriter(Console.Out);
return await CommandLine.RunAsync(args, new CliContext(Console.In, output, notices, stop));
