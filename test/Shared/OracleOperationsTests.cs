using System.Reflection;

namespace MLSeqGraph.Tests;

/// <summary>Keeps <see cref="OracleOperations"/> true, in every test project.</summary>
[TestClass]
public class OracleOperationsTests
{
    [TestMethod]
    public void The_list_of_this_project_is_what_its_tests_name()
    {
        var assembly = typeof(OracleOperationsTests).Assembly;
        string[] named = [.. assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttribute<OracleDataAttribute>()?.Operations ?? [])
            .Distinct().Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(
            OracleOperations.OfProject[assembly.GetName().Name!].Order(StringComparer.Ordinal).ToArray(), named,
            $"test/Shared/OracleOperations.cs lists other operations than the OracleData attributes of {assembly.GetName().Name}: "
                + $"{string.Join(", ", named)}.");
    }
}
