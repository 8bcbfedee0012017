using System.CommandLine;
using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Cli;

/// <summary>The options that say how a question is put to a model and how it is answered; without them, as the model was trained.</summary>
internal sealed class PromptOptions
{
    private const int MaxTokensUnstated = 512;

    private readonly Option<double?> temperature = new Option<double?>("--temperature")
    {
        Description = "0 is greedy. [default: 0 for one sample; for more the temperature of the training, else 1]",
    }.IsTemperature();
    private readonly RestrictionOptions restriction = new("[default: as the model was trained, or its generation_config.json says]");
    private readonly Option<int?> maxTokens = new Option<int?>("--max-tokens")
    {
        Description =
            "A completion that reaches this length, or the end of the model's context, ends there. [default: as in training, else "
            + $"{MaxTokensUnstated}]",
    }.AtLeast(1);
    private readonly Option<string?> system = new("--system")
    {
        Description = "System text of every prompt. [default: the one of the training, or the chat template's own]",
        HelpName = "TEXT",
    };
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "The same seed draws the same completions.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string?> chat = new Option<string?>("--chat")
    {
        Description = "Chat template: auto is the model's own, or one of those that prompt.chat may name. [default: as in training]",
        HelpName = "NAME",
    }.AcceptOnlyFromAmong([ChatTemplates.Auto, .. ChatTemplates.Names]);
    private readonly Option<bool> noChatTemplate = new("--no-chat-template") { Description = "Put the question to the model as it is." };

    /// <summary>Adds all to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(temperature);
        restriction.AddTo(command);
        Option[] options = [maxTokens, system, seed, chat, noChatTemplate];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>The prompt that the command line asks for.</summary>
    public PromptConfig Prompt(ParseResult line, ModelPlace place)
    {
        bool isPlain = line.GetValue(noChatTemplate);
        var prompt = isPlain ? new PromptConfig { Template = "none", ChatTemplate = false } : place.Prompt;
        if (line.GetValue(chat) is { } name)
        {
            prompt = prompt.WithSystem(PromptConfig.SystemOf(prompt)) with { Chat = name, ChatTemplate = !isPlain };
        }

        return line.GetValue(system) is { } text ? prompt.WithSystem(text) : prompt;
    }

    /// <summary>How completions are drawn.</summary>
    /// <exception cref="UsageException">A restriction is stated where the likeliest token is taken.</exception>
    public CompletionSettings Settings(ParseResult line, ModelPlace place, int samples)
    {
        double drawnAt =
            line.GetValue(temperature)
            ?? (
                samples == 1 ? 0
                : place.Generation.Temperature is > 0 and var trained ? trained
                : 1
            );
        if (drawnAt == 0 && !restriction.Restriction(line, SamplingRestriction.None).IsNone)
        {
            throw new UsageException(
                "--top-p, --top-k and --min-p leave tokens to draw from, but at temperature 0 the likeliest is taken; give --temperature "
                    + "too, e.g. 0.6."
            );
        }

        return new(samples, drawnAt, line.GetValue(maxTokens) ?? place.Generation.MaxNewTokens ?? MaxTokensUnstated, line.GetValue(seed))
        {
            Restriction = restriction.Restriction(line, place.Generation.Restriction),
        };
    }
}
