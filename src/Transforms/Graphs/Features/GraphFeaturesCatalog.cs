using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Transforms that make features of nodes.</summary>
public static class GraphFeaturesCatalog
{
    /// <summary>Adds features that tell nodes where in their graph they are, to a view that has a graph a row.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Which features.</param>
    /// <param name="columns">The columns of a graph, of which the nodes' features and the edges are read.</param>
    /// <param name="outputColumnName">The column of old and new features; by default that of the nodes' features, which it hides.</param>
    /// <exception cref="ArgumentException">No feature is chosen, or an option is out of range.</exception>
    public static GraphPositionalFeaturesEstimator GraphPositionalFeatures(this TransformsCatalog catalog, PositionalFeatureOptions options, GraphColumns? columns = null, string? outputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options, columns, outputColumnName);
    }

    /// <summary>Adds features that tell nodes where in their graph they are, to a view of nodes.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="options">Which features.</param>
    /// <param name="featureColumnName">The column of features that the new ones follow; null where there is none.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="outputColumnName">The column of old and new features; by default that of the features, which it hides, or <c>Features</c>.</param>
    /// <exception cref="ArgumentException">No feature is chosen, or an option is out of range.</exception>
    public static NodePositionalFeaturesEstimator NodePositionalFeatures(this TransformsCatalog catalog, GraphEdgeColumns edges, PositionalFeatureOptions options,
        string? featureColumnName = "Features", string? nodeIdColumnName = null, string? outputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(options);
        return new(edges, options, featureColumnName, nodeIdColumnName, outputColumnName);
    }

    /// <summary>Makes one row a node, with a sparse vector of its features, of rows that hold a node, a feature's number, and its value.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="nodeColumnName">The column of nodes' ids.</param>
    /// <param name="featureColumnName">The column of features' numbers, from 0, or keys.</param>
    /// <param name="valueColumnName">The column of values; null where all are 1.</param>
    /// <param name="outputColumnName">The new column.</param>
    public static FeatureVectorGroupingEstimator GroupIntoFeatureVectors(this TransformsCatalog catalog, string nodeColumnName = "Node", string featureColumnName = "Feature",
        string? valueColumnName = "Value", string outputColumnName = "Features") =>
        catalog.GroupIntoFeatureVectors(new() { NodeColumnName = nodeColumnName, FeatureColumnName = featureColumnName, ValueColumnName = valueColumnName, OutputColumnName = outputColumnName });

    /// <inheritdoc cref="GroupIntoFeatureVectors(TransformsCatalog, string, string, string?, string)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static FeatureVectorGroupingEstimator GroupIntoFeatureVectors(this TransformsCatalog catalog, FeatureVectorGroupingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
