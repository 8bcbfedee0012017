using Cppo.Pipeline;
using Cppo.Pipeline.Cli;

using var stop = StopSignals.Listen(Console.Error);
return await CommandLine.RunAsync(args, new CliContext(Console.In, Console.Out, Console.Error, stop));
