using Cppo.Model.Files;

namespace Cppo.Pipeline.Files;

/// <summary>What a command was given cannot be used; the message names the place and the remedy.</summary>
internal sealed class UsageException(string message) : Exception(Excerpt.OfMessage(message));
