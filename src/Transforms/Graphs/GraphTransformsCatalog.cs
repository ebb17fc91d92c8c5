using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Transforms of graphs, beside ML.NET's own in <see cref="MLContext.Transforms"/>.</summary>
public static class GraphTransformsCatalog
{
    /// <summary>Makes graphs of a column of SMILES.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="smilesColumnName">The column, text.</param>
    public static SmilesToGraphEstimator SmilesToGraph(this TransformsCatalog catalog, string smilesColumnName = "Smiles")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(smilesColumnName);
        return new(smilesColumnName);
    }
}
