namespace Cppo.Pipeline.Files;

/// <summary>How a key is stated anew by who called the program: on its command line, or through make.</summary>
internal static class SetOption
{
    /// <summary>The environment variable by which the Makefile says which of its targets called.</summary>
    public const string MakeTarget = "CPPO_MAKE_TARGET";

    /// <summary>Example: <c>--set run.resume=true</c>, or from make <c>make run SET='--set run.resume=true'</c>.</summary>
    public static string Of(string assignment) => Of(assignment, Environment.GetEnvironmentVariable(MakeTarget));

    internal static string Of(string assignment, string? target) =>
        string.IsNullOrEmpty(target) ? $"--set {assignment}" : $"make {target} SET='--set {assignment}'";
}
