namespace MLSeqGraph.Trainers;

/// <summary>A solved output layer.</summary>
/// <param name="Weight">[features, outputs].</param>
/// <param name="Bias">[outputs].</param>
/// <param name="Ridge">The ridge.</param>
/// <param name="HeldOut">Outputs of rows, of layers that were solved without the row where that is known, [rows][outputs].</param>
internal sealed record RidgeSolution(float[] Weight, float[] Bias, double Ridge, IReadOnlyList<double[]> HeldOut)
{
    internal RidgeSolution Times(double factor) => this with
    {
        Weight = Array.ConvertAll(Weight, value => (float)(value * factor)),
        Bias = Array.ConvertAll(Bias, value => (float)(value * factor)),
    };
}
