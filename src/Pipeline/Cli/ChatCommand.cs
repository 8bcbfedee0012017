using System.CommandLine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Evaluation;

namespace Cppo.Pipeline.Cli;

/// <summary><c>chat</c>: a conversation with a model, each answer printed as it is made.</summary>
internal sealed class ChatCommand : CliCommand
{
    private const string Commands =
        "/system TEXT  begin anew with another system text; alone it shows the one there is\n"
        + "/reset        begin a new conversation\n"
        + "/help         show this list\n"
        + "/exit         leave; so does the end of the input\n"
        + "Ctrl-C stops an answer, a second one the program.";

    private readonly ModelOptions model = new();
    private readonly PromptOptions prompt = new();
    private readonly CliContext context;

    public ChatCommand(CliContext context)
        : base("chat", "Talk with a model, which is asked as it was trained.")
    {
        this.context = context;
        model.AddTo(this, generates: true);
        prompt.AddTo(this);
        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("chat runs/default", "talks with the model that a run trained"),
            ("chat runs/default/checkpoints/20", "talks with what it was after 20 updates"),
            ("chat runs/default < questions.txt", "answers each line; the later ones see the earlier"),
        ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        var place = model.Find(line, context.Error);
        using var loaded = await model.LoadAsync(line, place, prompt.Prompt(line, place), context.Stop.Graceful);
        var session = new ChatSession(loaded, prompt.Prompt(line, place), prompt.Settings(line, place, samples: 1));
        if (context.IsAtTerminal)
        {
            await context.Error.WriteLineAsync("/help shows the commands.");
        }

        while (await ReadAsync() is { } read)
        {
            string said = read.Trim();
            if (said == "/exit")
            {
                break;
            }

            if (said.StartsWith('/'))
            {
                await context.Error.WriteLineAsync(Command(session, said));
            }
            else if (said.Length > 0)
            {
                await AnswerAsync(session, said);
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>The next line; null at the end.</summary>
    private async Task<string?> ReadAsync()
    {
        context.Stop.Graceful.ThrowIfCancellationRequested();
        if (context.IsAtTerminal)
        {
            await context.Error.WriteAsync("> ");
        }

        return await context.ReadLineAsync();
    }

    private async Task AnswerAsync(ChatSession session, string question)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stop.Graceful);
        using var diverted = context.Stop.Divert(stop);
        try
        {
            await session.AnswerAsync(question, Print, stop.Token);
            await context.Output.WriteLineAsync();
        }
        catch (OperationCanceledException) when (!context.Stop.IsRequested)
        {
            await context.Output.WriteLineAsync();
        }
        catch (DataException fault)
        {
            await context.Error.WriteLineAsync(fault.Message);
        }

        await context.Output.FlushAsync(CancellationToken.None);
    }

    private void Print(string part)
    {
        context.Output.Write(part);
        context.Output.Flush();
    }

    private static string Command(ChatSession session, string said)
    {
        string name = said.Split(' ')[0];
        string rest = said[name.Length..].Trim();
        switch (name)
        {
            case "/help":
                return Commands;
            case "/reset":
                session.Reset();
                return "a new conversation";
            case "/system" when rest.Length > 0:
                session.TakeSystem(rest);
                return "a new conversation with this system text";
            case "/system":
                string text = PromptConfig.SystemOf(session.Prompt);
                return text.Length > 0 ? text : "no system text but the chat template's own";
            default:
                return $"{name} is no command; /help shows them.";
        }
    }
}
