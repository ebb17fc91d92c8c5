namespace MLSeqGraph.Trainers;

/// <summary>An output layer that is solved for in closed form, over features that training doesn't change.</summary>
/// <param name="Ridge">The ridge, for features of variance 1; null to choose it.</param>
internal sealed record ReadoutOptions(double? Ridge)
{
    /// <summary>Outputs of the evaluation: what the output layer reads [rows, features], the targets of its squared error [rows, outputs],
    /// and how much each row counts [rows].</summary>
    internal const string Features = "readout/features", Targets = "readout/targets", Weights = "readout/weights";

    /// <summary>The output layer's parameters.</summary>
    internal const string Weight = "output/weight", Bias = "output/bias";
}
