using Cppo.Model.Decoders;
using Cppo.Stages;

namespace Cppo.Model.Engine;

/// <summary>What engines refuse, all with the same sentences.</summary>
internal static class EngineInput
{
    /// <exception cref="ArgumentException">
    /// A prompt is empty, leaves no room for a token within the model's context or has an id outside the vocabulary, or a number is out of
    /// range.
    /// </exception>
    internal static void Check(GenerationRequest request, DecoderConfig config)
    {
        AtLeastOne(request.GroupSize, "The group size");
        AtLeastOne(request.Sampling.MaxNewTokens, "The most new tokens");
        double temperature = request.Sampling.Temperature;
        if (temperature != 0 && !(temperature >= SamplingSettings.SmallestTemperature))
        {
            throw new ArgumentException(
                $"The temperature is {temperature}; it must be 0 or at least {SamplingSettings.SmallestTemperature}.",
                nameof(request)
            );
        }

        if (request.Sampling.Restriction.Fault is { } fault)
        {
            throw new ArgumentException(fault, nameof(request));
        }

        foreach (var prompt in request.Prompts)
        {
            CheckPrompt(prompt.TokenIds, config);
            if (prompt.TokenIds.Length >= config.MaxPositions)
            {
                throw new ArgumentException(
                    $"A prompt has {prompt.TokenIds.Length} tokens; it must leave room for one within the model's context of "
                        + $"{config.MaxPositions}.",
                    nameof(request)
                );
            }

            foreach (int limit in prompt.MaxNewTokens ?? [])
            {
                AtLeastOne(limit, "A completion's limit of tokens");
            }
        }
    }

    /// <exception cref="ArgumentException">A prompt is empty, or an id is outside the vocabulary.</exception>
    internal static void Check(MicroBatch batch, DecoderConfig config)
    {
        foreach (int[] prompt in batch.Prompts)
        {
            CheckPrompt(prompt, config);
        }

        foreach (var sample in batch.Samples)
        {
            CheckIds(sample.TokenIds, config);
        }
    }

    private static void CheckPrompt(int[] tokenIds, DecoderConfig config)
    {
        if (tokenIds.Length == 0)
        {
            throw new ArgumentException("A prompt has no tokens; it must have at least 1.", nameof(tokenIds));
        }

        CheckIds(tokenIds, config);
    }

    private static void CheckIds(int[] tokenIds, DecoderConfig config)
    {
        foreach (int id in tokenIds)
        {
            if ((uint)id >= (uint)config.VocabSize)
            {
                throw new ArgumentException(
                    $"The token id {id} is none of the model's, which are 0 to {config.VocabSize - 1}.",
                    nameof(tokenIds)
                );
            }
        }
    }

    private static void AtLeastOne(int number, string name)
    {
        if (number < 1)
        {
            throw new ArgumentException($"{name} is {number}; it must be at least 1.", nameof(number));
        }
    }
}
