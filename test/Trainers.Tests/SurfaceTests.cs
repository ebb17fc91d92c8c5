using System.Reflection;
using System.Runtime.CompilerServices;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>What the libraries' public members have in common.</summary>
[TestClass]
public class SurfaceTests
{
    private static readonly Assembly[] Libraries =
        [typeof(Graph).Assembly, typeof(SequenceColumn).Assembly, typeof(SequenceTrainer).Assembly];

    private static IEnumerable<MethodBase> Methods => Libraries.SelectMany(library => library.GetExportedTypes())
        .SelectMany(type => type.GetMethods().Cast<MethodBase>().Concat(type.GetConstructors()));

    // Compilers before C# 13, the default for net8.0, know no params of interfaces: one list by itself would not be accepted.
    [TestMethod]
    public void Lists_of_arguments_are_arrays()
    {
        Assert.Contains(method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(ParamArrayAttribute))), Methods);
        var others = Methods.Where(method => method.GetParameters().Any(
            parameter => parameter.ParameterType.IsInterface && parameter.IsDefined(typeof(ParamCollectionAttribute))))
            .Select(method => $"{method.DeclaringType}.{method.Name}");
        Assert.AreEqual("", string.Join(", ", others));
    }

    [TestMethod]
    public void Options_of_columns_end_in_ColumnName()
    {
        string[] wrong = [.. Libraries.SelectMany(library => library.GetExportedTypes())
            .Where(type => type.Name is "Options" || type.Name.EndsWith("Options", StringComparison.Ordinal)
                || type.Name.EndsWith("Columns", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties()).Where(property => property.PropertyType == typeof(string)
                && property.Name.Contains("Column", StringComparison.Ordinal)
                && !property.Name.EndsWith("ColumnName", StringComparison.Ordinal))
            .Select(property => $"{property.DeclaringType}.{property.Name}")];
        Assert.AreEqual("", string.Join(", ", wrong));
    }
}
