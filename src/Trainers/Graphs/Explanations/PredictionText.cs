using System.Globalization;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Predictions as people read them.</summary>
internal static class PredictionText
{
    /// <param name="info">The model.</param>
    /// <param name="scores">Its outputs for one row.</param>
    internal static string Of(ModelInfo info, float[] scores)
    {
        if (info.Task == ModelTask.Binary)
            return scores[0] > 0 ? "true" : "false";
        if (!info.Task.HasClasses())
            return string.Join(", ", scores.Select(score => score.ToString("G4", CultureInfo.InvariantCulture)));
        var predicted = Array.IndexOf(scores, scores.Max());
        return info.Labels?.Values?[predicted] ?? (predicted + 1).ToString(CultureInfo.InvariantCulture);
    }
}
