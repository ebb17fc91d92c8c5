using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How a model file of another program is used as a network of images.</summary>
public sealed record OnnxImageOptions
{
    /// <summary>Which of its weights are trained: all of them by default.</summary>
    public FineTuning Tuning { get; init; } = FineTuning.All;

    /// <summary>
    /// The output, or any value inside the model, whose features are taken: [batch, features], or [batch, channels, height, width], whose
    /// mean over positions is the summary. Null, the default, for the model's first output of one of these shapes.
    /// </summary>
    public string? OutputName { get; init; }

    /// <summary>
    /// What is subtracted from each channel, in units of the column; null, the default, for nothing: with
    /// <see cref="SequenceTrainerOptions.Standardize"/>, the trainers' default, pixels have mean 0 and variance 1 already, as most models
    /// were trained. Set it, with <see cref="Deviation"/>, to a model's own numbers, and <c>Standardize</c> to false.
    /// </summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>By what each channel is divided; null, the default, for nothing.</summary>
    public IReadOnlyList<float>? Deviation { get; init; }
}
