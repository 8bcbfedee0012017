using System.CommandLine;
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
    private readonly Option<bool> messages = new("--messages")
    {
        Description = "The question, or each line, is a chat: a JSON list of messages with role and content, the last one the user's.",
    };
    private readonly PromptOptions prompt = new();
    private readonly CliContext context;

    public GenerateCommand(CliContext context)
        : base("generate", "Print completions of questions.")
    {
        this.context = context;
        model.AddTo(this, generates: true);
        Add(question);
        Add(samples);
        Add(messages);
        prompt.AddTo(this);

        SetAction(ExecuteAsync);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("generate runs/default \"Tom has 3 apples and buys 4. How many has he?\"", "answers greedily, as the run was trained"),
            ("generate data/base-model --samples 4 --temperature 0.6 < questions.txt", "answers each line four times"),
        ];

    private async Task ExecuteAsync(ParseResult line)
    {
        string? stated = line.GetValue(question);
        var place = model.Find(line, context.Error);
        var asked = prompt.Prompt(line, place);
        using var loaded = await model.LoadAsync(line, place, asked, context.Stop.Graceful);
        var printer = new CompletionPrinter(loaded, asked, prompt.Settings(line, place, line.GetValue(samples)), context.Output);
        bool isChat = line.GetValue(messages);
        if (stated is not null)
        {
            await Print(stated, "The question", isNamed: false);
            return;
        }

        bool isAny = false;
        for (int number = 1; await context.ReadLineAsync() is { } read; number++)
        {
            if (string.IsNullOrWhiteSpace(read))
            {
                continue;
            }

            await Print(read, $"Line {number}", isNamed: true);
            isAny = true;
        }

        if (!isAny)
        {
            throw new UsageException("There is no question; give one after the model, or pipe in one a line.");
        }

        Task Print(string text, string name, bool isNamed) =>
            isChat
                ? printer.PrintChatAsync(text, name, isNamed, context.Stop.Graceful)
                : printer.PrintAsync(text, isNamed, context.Stop.Graceful);
    }
}
