namespace MLSeqGraph.Trainers;

/// <summary>Options of a network that matches two sets (<see cref="SequenceNetwork.Matching"/>).</summary>
public sealed record MatchingOptions
{
    /// <summary>Size of an element's vector, 64 by default.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Attention heads, 4 by default; the hidden size must be a multiple.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Layers, 3 by default: in each an element attends to those of its own set, then to those of the other.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>How often rows and columns of the assignment are normalized, 20 by default.</summary>
    public int Iterations { get; init; } = 20;

    /// <summary>Dropout before each residual sum, 0 by default.</summary>
    public float Dropout { get; init; }

    internal void Check()
    {
        TrainingOptions.AtLeast(nameof(Hidden), Hidden, 1);
        TrainingOptions.Check(nameof(Heads), Heads >= 1 && Hidden % Heads == 0, Heads, $"a number that divides {nameof(Hidden)}, {Hidden}");
        TrainingOptions.AtLeast(nameof(Layers), Layers, 0);
        TrainingOptions.AtLeast(nameof(Iterations), Iterations, 1);
        TrainingOptions.Share(nameof(Dropout), Dropout);
    }
}
