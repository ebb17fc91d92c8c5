using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Turns a column of SMILES into graphs: a node per atom, and per bond an edge in each direction. Adds <c>NodeFeatures</c>, Single
    /// [atoms, <see cref="MoleculeFeatures.AtomCount"/>]; <c>Edges</c>, Int32 [2, edges]; and <c>EdgeFeatures</c>, Single [edges,
    /// <see cref="MoleculeFeatures.BondCount"/>].
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="smilesColumnName">The column, text.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.SmilesToGraph().Append(ml.Graphs().GraphRegression());
    /// </code>
    /// </example>
    public static SmilesToGraphEstimator SmilesToGraph(this TransformsCatalog catalog, string smilesColumnName = "Smiles")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(smilesColumnName);
        return new(smilesColumnName);
    }

    /// <summary>
    /// Adds features that tell nodes where in their graph they are, to a view that has a graph per row: Single [nodes, features] becomes
    /// Single [nodes, features + new ones].
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Which features.</param>
    /// <param name="columns">
    /// The columns of a graph, of which the nodes' features and the edges are read; null for their usual names.
    /// </param>
    /// <param name="outputColumnName">
    /// The column of old and new features; null to reuse the name of the nodes' features, whose column it then hides.
    /// </param>
    /// <exception cref="ArgumentException">No feature is chosen, or an option is out of range.</exception>
    public static GraphPositionalFeaturesEstimator GraphPositionalFeatures(this TransformsCatalog catalog, PositionalFeatureOptions options,
        GraphColumns? columns = null, string? outputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options, columns, outputColumnName);
    }

    /// <summary>
    /// Adds features that tell nodes where in their graph they are, to a view of nodes: Single [features] becomes Single [features + new
    /// ones].
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="options">Which features.</param>
    /// <param name="featureColumnName">The column of features that the new ones follow; null where there is none.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="outputColumnName">
    /// The column of old and new features; null to reuse the name of the features' column and hide it, or <c>Features</c> without one.
    /// </param>
    /// <exception cref="ArgumentException">No feature is chosen, or an option is out of range.</exception>
    public static NodePositionalFeaturesEstimator NodePositionalFeatures(this TransformsCatalog catalog, GraphEdgeColumns edges,
        PositionalFeatureOptions options, string? featureColumnName = "Features", string? nodeIdColumnName = null,
        string? outputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(options);
        return new(edges, options, featureColumnName, nodeIdColumnName, outputColumnName);
    }

    /// <summary>
    /// Groups rows that hold a node, a feature's number and its value into one row per node with a sparse vector of its features, Single
    /// [features].
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="nodeColumnName">The column of nodes' ids: text, a key, Int32, Int64 or UInt32.</param>
    /// <param name="featureColumnName">The column of features' numbers, from 0 (Int32, Int64 or UInt32), or keys.</param>
    /// <param name="valueColumnName">The column of values, Single; null where all are 1.</param>
    /// <param name="outputColumnName">The new column.</param>
    /// <exception cref="ArgumentException">A name is empty, or two columns of the output have the same.</exception>
    public static FeatureVectorGroupingEstimator GroupIntoFeatureVectors(this TransformsCatalog catalog, string nodeColumnName = "Node",
        string featureColumnName = "Feature", string? valueColumnName = "Value", string outputColumnName = "Features") =>
        catalog.GroupIntoFeatureVectors(new()
        {
            NodeColumnName = nodeColumnName,
            FeatureColumnName = featureColumnName,
            ValueColumnName = valueColumnName,
            OutputColumnName = outputColumnName,
        });

    /// <inheritdoc cref="GroupIntoFeatureVectors(TransformsCatalog, string, string, string?, string)" path="/*[not(self::param)]"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">
    /// A name is empty, two columns of the output have the same, or a count is below 1.
    /// </exception>
    public static FeatureVectorGroupingEstimator GroupIntoFeatureVectors(this TransformsCatalog catalog,
        FeatureVectorGroupingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }
}
