using Microsoft.ML;

namespace MLSeqGraph.Trainers;

// Numbers for each step of a sequence, or node of a graph.
public static partial class EvaluationExtensions
{
    /// <summary>Evaluates predictions of numbers for each step: over all steps of all rows.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="targetsPerStep">Numbers per step, each an output of its own.</param>
    /// <param name="labelColumnName">The labels: a vector of Single [steps × targets]. NaN is missing and isn't counted.</param>
    /// <param name="scoreColumnName">The predictions: as many numbers per row as in the labels.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <inheritdoc cref="EvaluateNodeRegression(GraphsCatalog, IDataView, int, string, string, CancellationToken)" path="/exception"/>
    public static VectorRegressionMetrics EvaluateStepRegression(this SequencesCatalog catalog, IDataView data, int targetsPerStep = 1,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetsPerStep, 1);
        return new RegressionEvaluator(data.Schema, labelColumnName, scoreColumnName, targetsPerStep).Evaluate(data, cancellationToken);
    }

    /// <summary>Evaluates predictions of numbers for each node, where each row is a graph: over all nodes of all rows.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="targetsPerNode">Numbers per node, each an output of its own.</param>
    /// <param name="labelColumnName">The labels: a vector of Single [nodes × targets]. NaN is missing and isn't counted.</param>
    /// <param name="scoreColumnName">The predictions: as many numbers per row as in the labels.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targetsPerNode"/> is below 1.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no labels, a row's numbers don't fit together, a label is infinite, or a prediction is no finite number: the
    /// message names column and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static VectorRegressionMetrics EvaluateNodeRegression(this GraphsCatalog catalog, IDataView data, int targetsPerNode = 1,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetsPerNode, 1);
        return new RegressionEvaluator(data.Schema, labelColumnName, scoreColumnName, targetsPerNode).Evaluate(data, cancellationToken);
    }
}
