using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Whether probabilities hold.
public static partial class EvaluationExtensions
{
    /// <summary>Compares probabilities with how often what they say is true.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, such as the held-out pairs that a model of links has scored.</param>
    /// <param name="labelColumnName">The labels: Boolean.</param>
    /// <param name="probabilityColumnName">The probabilities: Single.</param>
    /// <param name="positiveShare">
    /// The share of true rows that is to be assumed, by weights, where the data has another: of pairs of nodes held out there are
    /// usually as many edges as others, of all pairs hardly any are edges. Null, the default, for the share in the data.
    /// </param>
    /// <param name="binCount">The number of bins, 10 by default.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share isn't between 0 and 1, or there are no bins.</exception>
    /// <exception cref="InvalidDataException">There are no rows; a probability isn't one; or all rows are true, or none, and a share is
    /// given.</exception>
    public static CalibrationMetrics EvaluateCalibration(this GraphsCatalog catalog, IDataView data, string labelColumnName = "Label",
        string probabilityColumnName = "Probability", double? positiveShare = null, int binCount = 10,
        CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        if (positiveShare is not (null or > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(positiveShare), positiveShare, "Expected a number above 0 and below 1, or null.");
        var label = data.Schema.Require(labelColumnName);
        if (label.Type is not BooleanDataViewType)
            throw new ArgumentException($"Column '{labelColumnName}' is {label.Type}: expected a Boolean.");
        var probability = SingleReader.Require(data.Schema, probabilityColumnName, scalar: true, vector: false);
        List<(double Probability, bool IsTrue)> rows = [];
        EvaluatedView.ForEachRow(data, [label, probability], row =>
        {
            var (readLabel, readProbability) = (row.GetGetter<bool>(label), new SingleReader(row, probability));
            var isTrue = false;
            return () =>
            {
                readLabel(ref isTrue);
                var p = readProbability.Read()[0];
                rows.Add(p is >= 0 and <= 1 ? (p, isTrue)
                    : throw EvaluatedView.Fault(row, probability, $"found {p}, expected a probability" + EvaluatedView.NoPrediction));
            };
        }, cancellationToken);
        double positives = rows.Count(row => row.IsTrue), share = positiveShare ?? positives / rows.Count;
        if (positiveShare is not null && (positives == 0 || positives == rows.Count))
            throw new InvalidDataException($"Column '{labelColumnName}': found {positives} of {rows.Count} rows that are true; expected "
                + "some that are and some that aren't, to weigh them by a share.");
        double Weight(bool isTrue) => positiveShare is null ? 1.0 / rows.Count : isTrue ? share / positives : (1 - share)
            / (rows.Count - positives);
        // A probability of exactly 0 that is wrong would cost more than any number.
        double LogOf(double p, bool isTrue) => -Math.Log(Math.Max(isTrue ? p : 1 - p, 1e-12));
        (double Weight, CalibrationBin Bin)[] bins = [.. rows.OrderBy(row => row.Probability)
            .Chunk((rows.Count + binCount - 1) / binCount).Select(bin =>
            {
                var weight = bin.Sum(row => Weight(row.IsTrue));
                return (weight, new CalibrationBin(bin.Length, bin.Sum(row => Weight(row.IsTrue) * row.Probability) / weight,
                    bin.Sum(row => row.IsTrue ? Weight(true) : 0) / weight));
            })];
        return new()
        {
            BrierScore = rows.Sum(row => Weight(row.IsTrue) * Math.Pow(row.Probability - (row.IsTrue ? 1 : 0), 2)),
            LogLoss = rows.Sum(row => Weight(row.IsTrue) * LogOf(row.Probability, row.IsTrue)),
            ExpectedCalibrationError = bins.Sum(bin => bin.Weight * Math.Abs(bin.Bin.MeanProbability - bin.Bin.PositiveShare)),
            PositiveShare = share,
            Bins = [.. bins.Select(bin => bin.Bin)],
        };
    }
}
