using System.CommandLine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>generate</c>: completions of questions that are typed or piped in.</summary>
internal sealed class GenerateCommand : CliCommand
{
    private readonly ModelOptions model = new();
    private readonly Argument<string?> question = new("question")
    {
        Description = "The question; without it each line of the standard input is one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int> samples = new Option<int>("--samples")
    {
        Description = "Completions for each question.",
        DefaultValueFactory = _ => 1,
    }.AtLeast(1);
    private readonly Option<double?> temperature = new Option<double?>("--temperature")
    {
        Description = "0 is greedy. [default: 0 for one sample, 1 for more]",
    }.IsTemperature();
    private readonly Option<int> maxTokens = new Option<int>("--max-tokens")
    {
        Description = "A completion that reaches this length, or the end of the model's context, ends there.",
        DefaultValueFactory = _ => 512,
    }.AtLeast(1);

    private readonly Option<string> system = new("--system")
    {
        Description = "System text of every prompt.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "The same seed draws the same completions.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string> chat = new Option<string>("--chat")
    {
        Description = "Chat template: auto is the model's own, or one of those that prompt.chat may name.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ChatTemplates.Auto,
    }.AcceptOnlyFromAmong([ChatTemplates.Auto, .. ChatTemplates.Names]);

    private readonly Option<bool> noChatTemplate = new("--no-chat-template") { Description = "Put the question to the model as it is." };
    private readonly CliContext context;

    public GenerateCommand(CliContext context)
        : base("generate", "Print completions of questions.")
    {
        this.context = context;
        model.AddTo(this);
        Add(question);
        Option[] options = [samples, temperature, maxTokens, system, seed, chat, noChatTemplate];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(ExecuteAsync);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            (
                "generate data/base-model \"Tom has 3 apples and buys 4. How many has he?\" --system \"Reason in <think>, answer in "
                    + "<answer>.\"",
                "answers greedily"
            ),
            ("generate runs/default/model --samples 4 --temperature 0.6 < questions.txt", "answers each line four times"),
        ];

    private async Task ExecuteAsync(ParseResult line)
    {
        var (stated, numSamples, text) = (line.GetValue(question), line.GetValue(samples), line.GetValue(system)!);
        var prompt = new PromptConfig
        {
            Template = text.Length == 0 ? "none" : "custom",
            System = text,
            Chat = line.GetValue(chat)!,
            ChatTemplate = !line.GetValue(noChatTemplate),
        };
        var settings = new CompletionSettings(
            numSamples,
            line.GetValue(temperature) ?? (numSamples == 1 ? 0 : 1),
            line.GetValue(maxTokens),
            line.GetValue(seed)
        );
        using var loaded = model.Load(line, prompt);
        var printer = new CompletionPrinter(loaded, prompt, settings, context.Output);
        if (stated is not null)
        {
            await printer.PrintAsync(stated, isNamed: false, context.Stop.Graceful);
            return;
        }

        bool isAny = false;
        while (context.Input.ReadLine() is { } read)
        {
            context.Stop.Graceful.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(read))
            {
                continue;
            }

            await printer.PrintAsync(read, isNamed: true, context.Stop.Graceful);
            isAny = true;
        }

        if (!isAny)
        {
            throw new UsageException("There is no question; give one after the model directory, or pipe in one a line.");
        }
    }
}
