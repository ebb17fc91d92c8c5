using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Several models of sequences as one model, in one ONNX file: its <c>Score</c> is the mean of theirs.</summary>
/// <remarks>
/// The members read the same columns and predict the same classes or numbers. Of classes the mean probabilities decide, of true or false
/// the mean logit. Vectors and attention of the members are left out.
/// </remarks>
/// <example>
/// <code>
/// var model = ModelEnsemble.Average([lstm, transformer], rows);
/// model.ExportToOnnx("both.onnx");
/// </code>
/// </example>
public static class ModelEnsemble
{
    private const int MostRows = 256;
    private const double Tolerance = 1e-4;

    /// <summary>Makes one model of several, and compares it with them.</summary>
    /// <param name="members">The models, at least one.</param>
    /// <param name="rows">Rows with the columns that they read: the mean of the members' scores is compared on the first 256.</param>
    /// <param name="options">How to score; null for the defaults.</param>
    /// <exception cref="ArgumentException">A member reads another column, or predicts something else, than the first; there is none, or no
    /// row. The message names the member, from 1, and what differs.</exception>
    /// <exception cref="NotSupportedException">The members are models whose scores have no mean: forecasts, spans, labels without
    /// places.</exception>
    /// <exception cref="TensorMismatchException">The model's scores aren't the mean of the members'.</exception>
    public static SequenceScoringTransformer Average(IReadOnlyList<SequenceScoringTransformer> members, IDataView rows,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(rows);
        if (members.Contains(null!))
            throw new ArgumentException("A member is null; expected models.", nameof(members));
        EnsembleMembers.MustAgree([.. members.Select(member => member.Info)]);
        var bytes = EnsembleGraph.Write([.. members.Select(member => member.File)], null);
        using var unchecked_ = new SequenceScoringTransformer(bytes, options);
        var verification = Compare(members, unchecked_, rows);
        return new(EnsembleGraph.Write([.. members.Select(member => member.File)], verification), options);
    }

    private static ModelVerification Compare(IReadOnlyList<SequenceScoringTransformer> members, SequenceScoringTransformer ensemble,
        IDataView rows)
    {
        using var whole = PrecisionCheck.Open(ensemble.Transform(rows));
        DataViewRowCursor[] cursors = [.. members.Select(member => PrecisionCheck.Open(member.Transform(rows)))];
        try
        {
            var score = PrecisionCheck.Scores(whole);
            Func<float[]>[] scores = [.. cursors.Select(PrecisionCheck.Scores)];
            var (count, largest) = (0, 0.0);
            while (count < MostRows && whole.MoveNext() && cursors.All(cursor => cursor.MoveNext()))
            {
                count++;
                float[] found = score();
                float[][] all = [.. scores.Select(one => one())];
                float[] mean = [.. found.Select((_, i) => all.Average(one => one[i]))];
                if (mean.Any(float.IsNaN) && found.All(float.IsNaN))
                    continue; // a row that can't be read
                var difference = TensorComparison.Between(ModelFormat.Score, TensorData.Vector(mean), TensorData.Vector(found));
                difference.ThrowIfAbove(Tolerance);
                largest = Math.Max(largest, difference.Difference);
            }
            return count > 0 ? new(Tolerance, largest, count)
                : throw new ArgumentException("There are no rows to compare the ensemble with its members on.", nameof(rows));
        }
        finally
        {
            foreach (var cursor in cursors)
                cursor.Dispose();
        }
    }
}
