using System.Runtime.CompilerServices;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>What networks of a portfolio read, and for how long they are trained.</summary>
/// <param name="Task">What is predicted.</param>
/// <param name="Label">The column of labels.</param>
/// <param name="Column">The column that is read.</param>
/// <param name="Epochs">The most epochs.</param>
/// <param name="Patience">Epochs without a better metric that end a training early.</param>
/// <param name="MostHidden">The largest size.</param>
/// <param name="ReadsTokens">Whether words are read.</param>
/// <param name="Channels">Numbers of a step; 0 of words and images.</param>
internal sealed record NetworkData(PortfolioTask Task, string Label, string Column, int Epochs, int Patience, int MostHidden,
    bool ReadsTokens = false, int Channels = 0)
{
    /// <summary>A network that reads it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rate">The learning rate that is tried first.</param>
    /// <param name="hidden">The size that is tried first.</param>
    /// <param name="dropout">The dropout that is tried first.</param>
    /// <param name="make">Makes the network of a size.</param>
    /// <param name="step">Sizes are multiples of it.</param>
    /// <param name="source">The same as C#, which the compiler gives.</param>
    internal PortfolioModel Network(string name, float rate, int hidden, float dropout, Func<int, SequenceNetwork> make, int step = 1,
        [CallerArgumentExpression(nameof(make))] string source = "") =>
        new SearchedNetwork(name, this, rate, hidden, dropout, make,
            Captured.Aggregate(source, (code, one) => SourceCode.With(code, one.Name, one.Code)), step).Model;

    /// <summary>Decay of weights.</summary>
    internal float WeightDecay { get; init; } = 0.01f;

    /// <summary>Share of each class that is spread over all.</summary>
    internal float LabelSmoothing { get; init; }

    /// <summary>The variables that networks capture, and C# in their place.</summary>
    internal IReadOnlyList<(string Name, string Code)> Captured { get; init; } = [];
}
