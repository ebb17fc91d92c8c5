using Microsoft.ML;
using Microsoft.ML.Data;

namespace KnowledgeGraph;

/// <summary>Scores of two models, compared.</summary>
internal static class Scores
{
    /// <summary>The largest difference between the numbers of two columns of scores, relative where they are above 1.</summary>
    internal static double Difference(IDataView one, IDataView other) => Of(one).Zip(Of(other))
        .Where(pair => !(float.IsNaN(pair.First) && float.IsNaN(pair.Second)))
        .Select(pair => Math.Abs(pair.First - pair.Second) / Math.Max(1.0, Math.Abs(pair.First))).DefaultIfEmpty(0).Max();

    private static IEnumerable<float> Of(IDataView view) => view.Schema["Score"].Type is VectorDataViewType
        ? view.GetColumn<float[]>("Score").Select(score => score[0]) : view.GetColumn<float>("Score");
}
