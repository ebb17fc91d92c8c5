namespace MLSeqGraph.Onnx;

/// <summary>A trained tensor of a network.</summary>
public sealed class Parameter
{
    internal Parameter(string name, TensorData value, bool decays, bool isTrained = true, float learningRateFactor = 1)
    {
        Name = name;
        Value = value;
        Decays = decays;
        IsTrained = isTrained;
        LearningRateFactor = learningRateFactor;
    }

    /// <summary>Name, unique in the network: <c>lstm/recurrent_weight</c>.</summary>
    public string Name { get; }

    /// <summary>The elements, Float.</summary>
    public TensorData Value { get; internal set; }

    /// <summary>Whether weight decay applies: not to biases and normalization scales.</summary>
    public bool Decays { get; }

    /// <summary>The factor of the learning rate with which it is trained, 1 unless fine-tuning sets another.</summary>
    public float LearningRateFactor { get; }

    /// <summary>Whether the optimizer updates it; a running statistic is updated by the network itself at every step.</summary>
    public bool IsTrained { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Value.Sizes)}]";
}
