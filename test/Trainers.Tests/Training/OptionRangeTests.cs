using System.Reflection;
using Microsoft.ML;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Every number among the options of every trainer has a range, and one outside is an error that names the option.</summary>
[TestClass]
public class OptionRangeTests
{
    // Any number will do.
    private static readonly string[] Free = [nameof(TrainingOptions.Seed)];

    private static TrainingOptions Make(Type type)
    {
        var options = (TrainingOptions)Activator.CreateInstance(type)!;
        if (type.GetProperty("Edges") is { } edges && edges.PropertyType == typeof(GraphEdgeColumns))
            edges.SetValue(options, TwoCliques.ByRow(new MLContext(1)));
        return options;
    }

    [TestMethod]
    public void Numbers_out_of_range_are_named()
    {
        List<string> wrong = [];
        var types = typeof(TrainingOptions).Assembly.GetExportedTypes().Where(type =>
            !type.IsAbstract && typeof(TrainingOptions).IsAssignableFrom(type)).ToArray();
        Assert.IsGreaterThan(10, types.Length);
        foreach (var type in types)
        {
            Make(type).Validate();
            foreach (var property in type.GetProperties().Where(property => property.CanWrite && !Free.Contains(property.Name)))
                foreach (var value in Impossible(property))
                {
                    var options = Make(type);
                    property.SetValue(options, value);
                    var name = $"{type.DeclaringType?.Name ?? type.Name}.{property.Name} = {value}";
                    try
                    {
                        options.Validate();
                        wrong.Add($"{name}: accepted");
                    }
                    catch (ArgumentException error) when (error.Message.Contains(property.Name))
                    {
                        // as documented
                    }
                    catch (Exception error)
                    {
                        wrong.Add($"{name}: {error.GetType().Name}: {error.Message}");
                    }
                }
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    private static object[] Impossible(PropertyInfo property) =>
        (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            { } type when type == typeof(float) => [float.NaN, float.PositiveInfinity, -1f],
            { } type when type == typeof(double) => [double.NaN, double.PositiveInfinity],
            { } type when type == typeof(int) => [int.MinValue, -1],
            { IsEnum: true } type => [Enum.ToObject(type, 99)],
            _ => [],
        };
}
