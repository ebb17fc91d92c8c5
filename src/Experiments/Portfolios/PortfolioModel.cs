using Microsoft.ML;

namespace MLSeqGraph.Experiments;

/// <summary>A model of a portfolio.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dimensions">What is worth searching; each declares one dimension.</param>
/// <param name="Make">Makes its trainer, or a pipeline that ends with it.</param>
/// <param name="Code">The same as C#.</param>
/// <param name="IsNetwork">Whether it is a network of this library.</param>
internal sealed record PortfolioModel(string Name, IReadOnlyList<Func<SearchSpace, SearchSpace>> Dimensions,
    Func<Trial, IEstimator<ITransformer>> Make, Func<Trial, string> Code, bool IsNetwork = false)
{
    /// <summary>A dimension's value, or the default where a quick portfolio has no such dimension.</summary>
    internal static T Get<T>(Trial trial, string name, T otherwise) => trial.Has(name) ? trial.Get<T>(name) : otherwise;
}
