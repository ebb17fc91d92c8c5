namespace Examples;

/// <summary>Where some bodies are over time.</summary>
/// <param name="Run">What it is called.</param>
/// <param name="Times">Positions by time, each [bodies, dimensions].</param>
internal sealed record Trajectory(string Run, double[][] Times)
{
    /// <summary>What the bodies are called; none where nothing calls them.</summary>
    internal string[] Bodies { get; init; } = [];
}
