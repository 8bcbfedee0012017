using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Cli.Bench;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline;

/// <summary>The program's command line: which commands there are, and how each way to end becomes an exit code.</summary>
internal static class CommandLine
{
    private const string DefaultCommand = "train";

    private static readonly string[] NumberTypes = ["System.Int32", "System.UInt64", "System.Double"];

    private static readonly (string Line, string Does)[] RootExamples =
    [
        ("pipeline.json", "trains; short for train pipeline.json"),
        ("pipeline.json --set update.learningRate=1e-5", "trains with another learning rate"),
        ("config pipeline.json --explain", "says how many questions and completions an update takes"),
        ("chat runs/default", "talks with the model that the run trained"),
        ("config --help", "explains one command"),
    ];

    /// <summary>Parses and runs; faults go to the error stream. Returns one of <see cref="ExitCodes"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context)
    {
        var verbose = new Option<bool>(Failure.VerboseOption)
        {
            Description = "Show where in the program a failure arose.",
            Recursive = true,
        };
        var root = CreateRoot(context, verbose);
        string[] commands = [.. root.Subcommands.Select(command => command.Name)];
        args = args.Count == 0 ? ["--help"] : WithDefaultCommand(args, commands, DefaultCommand, File.Exists);
        if (MeantCommand(args, commands) is { } meant)
        {
            await context.Error.WriteLineAsync($"{args[0]} is no command; did you mean {meant}? --help shows what there is.");
            return ExitCodes.BadInput;
        }

        var line = root.Parse(args);
        if (line.Action is ParseErrorAction)
        {
            foreach (var error in line.Errors)
            {
                await context.Error.WriteLineAsync(WithoutTypeName(error.Message));
            }

            await context.Error.WriteLineAsync("--help shows what there is.");
            return ExitCodes.BadInput;
        }

        try
        {
            if (line.CommandResult.Command is CliCommand { TakesRanks: false } command)
            {
                RankedCommand.RequireOneProcess(command.Name, Environment.GetEnvironmentVariable);
            }

            return await line.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = context.Output,
                    Error = context.Error,
                }
            );
        }
        catch (Exception error)
        {
            var failure = Failure.Of(error, context.Stop, line.GetValue(verbose));
            await context.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
    }

    /// <summary>
    /// The arguments with the default command put first where they begin with neither a command nor an option, so that
    /// <c>pipeline.json</c> means <c>train pipeline.json</c>. A near miss of a command's name that is no file stays as it is, for the
    /// parser to suggest the name.
    /// </summary>
    public static IReadOnlyList<string> WithDefaultCommand(
        IReadOnlyList<string> args,
        IReadOnlyList<string> commands,
        string byDefault,
        Func<string, bool> fileExists
    )
    {
        bool isOption = args.Count > 0 && (args[0].StartsWith('-') || args[0].StartsWith('['));
        if (args.Count == 0 || isOption || commands.Contains(args[0]) || !commands.Contains(byDefault))
        {
            return args;
        }

        return !fileExists(args[0]) && NearestName.Of(args[0], commands) is not null ? args : [byDefault, .. args];
    }

    /// <summary>The command that a mistyped first word probably means, whatever follows it; null for a command or an option.</summary>
    private static string? MeantCommand(IReadOnlyList<string> args, IReadOnlyList<string> commands) =>
        args[0].StartsWith('-') || args[0].StartsWith('[') || commands.Contains(args[0]) ? null : NearestName.Of(args[0], commands);

    /// <summary>The parser ends its sentence about a text that is no number with the name of a .NET type, which helps nobody.</summary>
    private static string WithoutTypeName(string sentence)
    {
        int end = sentence.IndexOf(" as expected type '", StringComparison.Ordinal);
        if (end < 0)
        {
            return sentence;
        }

        bool isNumber = NumberTypes.Any(type => sentence.Contains(type, StringComparison.Ordinal));
        return isNumber ? $"{sentence[..end]}; give a number." : $"{sentence[..end]}.";
    }

    /// <summary>One line a command.</summary>
    private static CliCommand[] Commands(CliContext context) =>
        [
            new TrainCommand(context),
            new EvalCommand(context),
            new GenerateCommand(context),
            new ChatCommand(context),
            new ViewCommand(context),
            new ReportCommand(context),
            new ReplayCommand(context),
            new BisectCommand(context),
            new MergeCommand(context),
            new ExportCommand(context),
            new SftCommand(context),
            new QuestionsCommand(context),
            new ScoreCommand(context),
            new LintDataCommand(context),
            new LogprobsCommand(context),
            new TokenizeCommand(context),
            new ContributionCommand(context),
            new ConfigCommand(context),
            new GetCommand(context),
            new SweepCommand(context),
            new KindsCommand(context),
            new BenchCommand(context),
        ];

    private static RootCommand CreateRoot(CliContext context, Option<bool> verbose)
    {
        var root = new RootCommand(
            "Trains reasoning language models by reinforcement learning with verifiable rewards and completion pruning (CPPO)."
        );
        root.Add(verbose);
        foreach (var command in Commands(context))
        {
            root.Add(command);
        }

        root.Add(new CompletionCommand(context, words => WordCompletion.Of(root, words, DefaultCommand)));

        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new ExamplesHelp((HelpAction)option.Action!, RootExamples);
        }

        foreach (var option in root.Options.OfType<VersionOption>())
        {
            option.Action = new VersionLine();
        }

        return root;
    }
}
