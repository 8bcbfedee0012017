using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Models;
using Cppo.Rewards;

namespace Cppo.Pipeline.Library;

/// <summary>
/// A model that answers questions as it was trained to: with the prompt of its run, on this machine's CPU. What <c>generate</c> does.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    private const int MaxTokensUnstated = 512;

    private readonly ModelPlace place;
    private readonly LoadedModel model;
    private readonly PromptRenderer prompts;

    private TrainedModel(ModelPlace place, LoadedModel model, IReadOnlyList<string> warnings) =>
        (this.place, this.model, prompts, Warnings) = (place, model, new PromptRenderer(model.Tokenizer, place.Prompt), warnings);

    /// <summary>Which model the path means, in words: <c>runs/x, checkpoint after 20 of 40 updates</c>.</summary>
    public string Description => place.Description;

    /// <summary>A line for each checkpoint that is damaged and was passed over.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A run, one of its checkpoints, a model directory, or the hub's name of one that was fetched.</param>
    /// <param name="cancel">Ends the load at once.</param>
    /// <exception cref="PipelineException">The path names no model, or one that is damaged or cannot run here.</exception>
    public static Task<TrainedModel> LoadAsync(string path, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Task.Run(() => LoadApartAsync(path, cancel), CancellationToken.None);
    }

    /// <summary>Answers a question, one call at a time. The same question, settings and seed give the same completions.</summary>
    /// <param name="question">Without the prompt's template.</param>
    /// <param name="settings">How completions are drawn; null: one, greedily.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>As many completions as the settings say, each as a reward of one's own takes them.</returns>
    /// <exception cref="PipelineException">The question leaves no room in the model's context.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public async Task<IReadOnlyList<RewardCompletion>> GenerateAsync(
        string question,
        GenerationSettings? settings = null,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(question);
        settings ??= new GenerationSettings();
        settings.Require();
        int[] prompt = prompts.Render(question);
        if (prompt.Length >= model.Engine.Config.MaxPositions)
        {
            throw PipelineException.Of(new DataException(CompletionPrinter.NoRoom(prompt.Length, model.Engine.Config.MaxPositions)))!;
        }

        var drawn = new CompletionSettings(
            settings.Samples,
            settings.Temperature,
            settings.MaxNewTokens ?? place.Generation.MaxNewTokens ?? MaxTokensUnstated,
            settings.Seed
        )
        {
            Restriction = place.Generation.Restriction,
        };
        var request = new GenerationRequest
        {
            Prompts = [new GenerationPrompt(prompt, Key: 0)],
            GroupSize = settings.Samples,
            Sampling = drawn.Sampling(model.Tokenizer),
        };
        var generated = await Task.Run(() => model.Engine.GenerateAsync(model.Snapshot, request, cancel), cancel).ConfigureAwait(false);
        return
        [
            .. generated[0]
                .Completions.Select(completion => new RewardCompletion
                {
                    Text = model.Tokenizer.Decode(completion.TokenIds),
                    NumTokens = completion.TokenIds.Length,
                    IsTruncated = completion.FinishReason.IsLength,
                }),
        ];
    }

    /// <summary>Frees the weights; no call may be in progress.</summary>
    public void Dispose() => model.Dispose();

    private static async Task<TrainedModel> LoadApartAsync(string path, CancellationToken cancel)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var warnings = new List<string>();
        try
        {
            var place = ModelPlace.Find(path, warnings.Add);
            var config = new PipelineConfig
            {
                Prompt = place.Prompt,
                Model = new ModelConfig { Path = place.Model.Path, TokenizerPath = place.Model.TokenizerPath },
            };
            return new TrainedModel(place, await LoadedModel.LoadForRolloutsAsync(config, cancel), warnings);
        }
        catch (Exception error) when (PipelineException.Of(error) is { } mistake)
        {
            throw mistake;
        }
    }
}
