"""Parameters are listed by path, put once, and gone when deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from support import EmulatorTest, client, unique


class Parameters(EmulatorTest):
    def setUp(self) -> None:
        self.ssm, self.path = client("ssm"), f"/{unique('path')}"

    def put(self, name: str, **more: object) -> None:
        self.ssm.put_parameter(Name=f"{self.path}/{name}", Value="v", Type="String", **more)

    def names(self, **more: object) -> list[str]:
        pages = self.ssm.get_paginator("get_parameters_by_path").paginate(Path=self.path, **more)
        return sorted(one["Name"].removeprefix(f"{self.path}/") for page in pages for one in page["Parameters"])

    def test_a_path_is_listed_in_pages_of_ten_at_most(self) -> None:
        every = [f"{index:02}" for index in range(23)]
        for name in every:
            self.put(name)
        self.put("deep/er")
        self.assertEqual(self.names(), every)
        self.assertEqual(self.names(Recursive=True, PaginationConfig={"PageSize": 7}), sorted([*every, "deep/er"]))
        first = self.ssm.get_parameters_by_path(Path=self.path, MaxResults=7)
        self.assertEqual((len(first["Parameters"]), bool(first["NextToken"])), (7, True))
        self.assert_refused(
            "ValidationException", lambda: self.ssm.get_parameters_by_path(Path=self.path, MaxResults=11)
        )
        self.assertEqual(self.ssm.get_parameters_by_path(Path=f"{self.path}/none")["Parameters"], [])

    def test_a_parameter_is_overwritten_only_when_asked(self) -> None:
        self.put("a")
        self.assert_refused("ParameterAlreadyExists", lambda: self.put("a"))
        answer = self.ssm.put_parameter(Name=f"{self.path}/a", Value="w", Overwrite=True)
        self.assertEqual(answer["Version"], 2)
        self.assertEqual(self.ssm.get_parameter(Name=f"{self.path}/a")["Parameter"]["Value"], "w")

    def test_what_is_deleted_is_not_found(self) -> None:
        for name in "abc":
            self.put(name)
        name = f"{self.path}/a"
        self.ssm.delete_parameter(Name=name)
        self.assert_refused("ParameterNotFound", lambda: self.ssm.delete_parameter(Name=name))
        self.assert_refused("ParameterNotFound", lambda: self.ssm.get_parameter(Name=name))
        answer = self.ssm.delete_parameters(Names=[f"{self.path}/b", name])
        self.assertEqual((answer["DeletedParameters"], answer["InvalidParameters"]), ([f"{self.path}/b"], [name]))
        self.assertEqual(self.names(), ["c"])

    def test_of_many_who_put_at_once_one_creates(self) -> None:
        def put(_: int) -> bool:
            try:
                self.put("one")
                return True
            except self.ssm.exceptions.ParameterAlreadyExists:
                return False
            finally:
                self.names()

        with ThreadPoolExecutor(16) as pool:
            self.assertEqual(sum(pool.map(put, range(32))), 1)
