namespace Cppo.View.Tests.Browsers;

/// <summary>A fact that needs a browser; skipped where there is none, unless <c>CPPO_BROWSER</c> is <c>required</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Milliseconds; each takes some seconds, on a machine that has time for it.</summary>
    internal const int Limit = 1_200_000;

    public BrowserFactAttribute() => (Skip, Timeout) = (Missing, Limit);

    internal const string Advice = "Chromium is missing: make setup-ci installs it, or CPPO_CHROMIUM names one.";

    internal static string? Missing { get; } = Chromium.Path is null && !Chromium.IsRequired ? Advice : null;
}

/// <summary>A theory that needs a browser; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => (Skip, Timeout) = (BrowserFactAttribute.Missing, BrowserFactAttribute.Limit);
}
